"""Cleaning night after night: which plans the register holds, who approved them, and their execution."""

from hervat.cleaning.nightly.approvals import Approved, NoSuchPlan, approve, waiting_plan
from hervat.cleaning.nightly.counted import Counted, counted, needed
from hervat.cleaning.nightly.plans import persons_in, waiting_plans
from hervat.cleaning.nightly.rehearse import Rehearsed, rehearse
from hervat.cleaning.nightly.run import clean
from hervat.cleaning.nightly.seen_again import SeenAgain, cleaned_on, in_plan, seen_again, since
from hervat.cleaning.nightly.wise import approvals_flaws, unready, unrehearsed

__all__ = [
    "Approved",
    "Counted",
    "NoSuchPlan",
    "Rehearsed",
    "SeenAgain",
    "approvals_flaws",
    "approve",
    "clean",
    "cleaned_on",
    "counted",
    "in_plan",
    "needed",
    "persons_in",
    "rehearse",
    "seen_again",
    "since",
    "unready",
    "unrehearsed",
    "waiting_plan",
    "waiting_plans",
]
