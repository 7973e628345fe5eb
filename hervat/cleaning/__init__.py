"""Cleaning of local systems: footprint, plan, execute, read back. Knows nothing of the register."""

from hervat.cleaning.roots import Root, roots
from hervat.cleaning.system import LocalSystem, open_system
