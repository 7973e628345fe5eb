"""The engine that erases or restricts persons in a local system: footprint, plan, execution, read-back.

It knows no register, no night and no gemeente. From outside, import from here (and from `picture` and `suggest`).
"""

from hervat.erasure.describe import conditions_of, describe, path_of
from hervat.erasure.doctor import check, good_to_know, unwise
from hervat.erasure.errors import BlockedError, ChangedError, CleaningError, ConservationError, LockedError
from hervat.erasure.execution.execute import execute
from hervat.erasure.execution.old_values import Lifted, OldValue, lift
from hervat.erasure.execution.outcome import ExecutionOutcome
from hervat.erasure.execution.read_back import ErasureVerification, History, history_kept
from hervat.erasure.execution.shared_rows import SharedKey, can_look_at, look_at
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.picture.paint import FONT
from hervat.erasure.planning.plan import Plan, draft_plan, make_plan, plan_hash
from hervat.erasure.planning.table_counts import TableCounts, count_rows
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.roots import RootGroup, root_groups, root_keys
from hervat.erasure.statements.effects import keepers_met, may_grow, triggers_met
from hervat.erasure.system import LocalSystem, open_system
from hervat.erasure.unseen import unseen

__all__ = [
    "FONT",
    "BlockedError",
    "ChangedError",
    "CleaningError",
    "ConservationError",
    "ErasureVerification",
    "ExecutionOutcome",
    "History",
    "Lifted",
    "LocalSystem",
    "LockedError",
    "OldValue",
    "Persons",
    "Plan",
    "RootGroup",
    "Shape",
    "SharedKey",
    "TableCounts",
    "can_look_at",
    "check",
    "conditions_of",
    "count_rows",
    "describe",
    "draft_plan",
    "execute",
    "good_to_know",
    "history_kept",
    "keepers_met",
    "lift",
    "look_at",
    "make_plan",
    "may_grow",
    "open_system",
    "path_of",
    "plan_hash",
    "root_groups",
    "root_keys",
    "triggers_met",
    "unseen",
    "unwise",
]
