"""Care of the vault and the keys over the years: retention, destruction, renewal, an older register put back."""

from hervat.upkeep.destroy import Destroyed, destroy
from hervat.upkeep.due import DueForDestruction, due
from hervat.upkeep.forget_again import unforgotten
from hervat.upkeep.forget_person import DONE, REFUSED, WAITS, Forgetfulness, forget_person
from hervat.upkeep.keys import completed, refuse_stale, renew, write_keys
from hervat.upkeep.reconcile import Reconciled, RegisterOlder, older, reconcile, refuse_older
from hervat.upkeep.retention import KindDue, Retirement, clear_output, due_now, retire, tell_overdue

__all__ = [
    "DONE",
    "REFUSED",
    "WAITS",
    "Destroyed",
    "DueForDestruction",
    "Forgetfulness",
    "KindDue",
    "Reconciled",
    "RegisterOlder",
    "Retirement",
    "clear_output",
    "completed",
    "destroy",
    "due",
    "due_now",
    "forget_person",
    "older",
    "reconcile",
    "refuse_older",
    "refuse_stale",
    "renew",
    "retire",
    "tell_overdue",
    "unforgotten",
    "write_keys",
]
