"""Care of the vault and the keys over the years: retention, destruction, renewal, an older register put back."""

from hervat.upkeep.destroy import Destroyed, destroy
from hervat.upkeep.due import DueForDestruction, due
from hervat.upkeep.forget_again import unforgotten
from hervat.upkeep.forget_person import DONE, REFUSED, WAITS, Forgetfulness, forget_person
from hervat.upkeep.municipality_keys import refuse_stale, write_keys
from hervat.upkeep.reconcile import Reconciled, RegisterOlder, older, reconcile, refuse_older
from hervat.upkeep.renew_keys import completed, renew

__all__ = [
    "DONE",
    "REFUSED",
    "WAITS",
    "Destroyed",
    "DueForDestruction",
    "Forgetfulness",
    "Reconciled",
    "RegisterOlder",
    "completed",
    "destroy",
    "due",
    "forget_person",
    "older",
    "reconcile",
    "refuse_older",
    "refuse_stale",
    "renew",
    "unforgotten",
    "write_keys",
]
