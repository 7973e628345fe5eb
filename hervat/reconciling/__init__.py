"""After an older register was put back: noticing it, and making it know what was done since."""

from hervat.reconciling.older import RegisterOlder, older, refuse_older
from hervat.reconciling.reconcile import Reconciled, reconcile

__all__ = ["Reconciled", "RegisterOlder", "older", "reconcile", "refuse_older"]
