"""Care of the vault and the keys over the years: retention, destruction, renewal, an older register put back."""

from hervat.upkeep.destroy import Destroyed, destroy
from hervat.upkeep.due import DueForDestruction, due
from hervat.upkeep.municipality_keys import refuse_stale, write_keys
from hervat.upkeep.reconcile import Reconciled, RegisterOlder, older, reconcile, refuse_older
from hervat.upkeep.renew_keys import completed, renew

__all__ = [
    "Destroyed",
    "DueForDestruction",
    "Reconciled",
    "RegisterOlder",
    "completed",
    "destroy",
    "due",
    "older",
    "reconcile",
    "refuse_older",
    "refuse_stale",
    "renew",
    "write_keys",
]
