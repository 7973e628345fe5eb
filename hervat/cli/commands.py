"""Every command: each file here registers its own with the app when it is imported.

In the order of `hervat --help`: groups stand there as they are imported.
"""

# ruff: noqa: F401
# isort: off
from hervat.cli.accountability import account
from hervat.cli.night import alerts
from hervat.cli import notices
from hervat.cli import delivery
from hervat.cli.cleaning import plans
from hervat.cli.person import optin
from hervat.cli.cleaning import footprint
from hervat.cli.accountability import incidents
from hervat.cli.intake import quarantine, formats
from hervat.cli.accountability import journal
from hervat.cli.night import nights
from hervat.cli.person import show, forget, hold, split, refill
from hervat.cli.upkeep import register, retention
from hervat.cli.setup import schema, installation
from hervat.cli.person import strangers
from hervat.cli.upkeep import vault
from hervat.cli.app import app

__all__ = ["app"]
