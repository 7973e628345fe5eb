"""Cleaning of local systems: footprint, plan, execute, read back. Knows nothing of the register."""

from hervat.erasure.doctor import check, good_to_know, unwise
from hervat.erasure.errors import BlockedError, ChangedError, CleaningError, ConservationError, LockedError
from hervat.erasure.execution.execute import Outcome, execute
from hervat.erasure.execution.old_values import Kept, Lifted, lift
from hervat.erasure.planning.plan import Plan, make_plan, plan_hash
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.roots import Alike, maybe_true
from hervat.erasure.system import LocalSystem, open_system

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
