"""Cleaning night after night: which plans the register holds, who approved them, and their execution."""

from hervat.cleaning.nightly.approvals import approve
from hervat.cleaning.nightly.plans import persons_in, waiting_plans
from hervat.cleaning.nightly.run import clean

__all__ = ["approve", "clean", "persons_in", "waiting_plans"]
