"""Cleaning of local systems: footprint, plan, execute, read back. Knows nothing of the register."""

from hervat.cleaning.alike import Alike
from hervat.cleaning.doctor import check, good_to_know, unwise
from hervat.cleaning.errors import BlockedError, ChangedError, CleaningError, ConservationError, LockedError
from hervat.cleaning.execute import Outcome, execute
from hervat.cleaning.fingerprint import plan_hash
from hervat.cleaning.kept import Kept
from hervat.cleaning.lift import Lifted, lift
from hervat.cleaning.persons import Persons
from hervat.cleaning.plan import Plan, make_plan
from hervat.cleaning.roots import maybe_true
from hervat.cleaning.system import LocalSystem, open_system

__all__ = [
    "Alike",
    "BlockedError",
    "ChangedError",
    "CleaningError",
    "ConservationError",
    "Kept",
    "Lifted",
    "LocalSystem",
    "LockedError",
    "Outcome",
    "Persons",
    "Plan",
    "check",
    "execute",
    "good_to_know",
    "lift",
    "make_plan",
    "maybe_true",
    "open_system",
    "plan_hash",
    "unwise",
]
