"""Cleaning, night after night: plans in the register, their approvals, and their execution."""

from hervat.cleaning.approval_policy import needed
from hervat.cleaning.approvals import Approved, Counted, NoSuchPlan, approve, counted, waiting_plan
from hervat.cleaning.doctor import approvals_flaws, unready, unrehearsed
from hervat.cleaning.night import clean
from hervat.cleaning.plans import persons_in, waiting_plans
from hervat.cleaning.reappearances import SeenAgain, cleaned_on, in_plan, seen_again, since
from hervat.cleaning.rehearsal import Rehearsed, rehearse
from hervat.cleaning.restricted_values import left_tonight
from hervat.cleaning.shared_rows import opened, shared_counts

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
    "left_tonight",
    "needed",
    "opened",
    "persons_in",
    "rehearse",
    "seen_again",
    "shared_counts",
    "since",
    "unready",
    "unrehearsed",
    "waiting_plan",
    "waiting_plans",
]
