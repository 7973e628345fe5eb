"""Cleaning night after night: which plans the register holds, who approved them, and their execution."""

from hervat.cleaning.nightly.approvals import Approved, NoSuchPlan, approve
from hervat.cleaning.nightly.counted import Counted, counted, needed
from hervat.cleaning.nightly.plans import persons_in, waiting_plans
from hervat.cleaning.nightly.run import clean
from hervat.cleaning.nightly.wise import approvals_flaws, unready

__all__ = [
    "Approved",
    "Counted",
    "NoSuchPlan",
    "approvals_flaws",
    "approve",
    "clean",
    "counted",
    "needed",
    "persons_in",
    "unready",
    "waiting_plans",
]
