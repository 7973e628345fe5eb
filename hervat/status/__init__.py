"""The state of everything: what waits for a person, each local system, and what remains after cleaning."""

from hervat.status.accounts import account, status_account
from hervat.status.aftermath import Aftermath, Loose, Refill, after, counts, record_refilled, refills
from hervat.status.metrics import Sample, measured, metrics_text, unmeasured, write_metrics
from hervat.status.model import Held, NightLine, Overview, PlanLine, QualityMonth, ReasonLine, SystemLine
from hervat.status.nights import with_this_night
from hervat.status.plan_persons import PlanPersonLine, plan_persons
from hervat.status.plans import whole_plans
from hervat.status.register_counts import incidents
from hervat.status.view import View, last_view, look_over

__all__ = [
    "Aftermath",
    "Held",
    "Loose",
    "NightLine",
    "Overview",
    "PlanLine",
    "PlanPersonLine",
    "QualityMonth",
    "ReasonLine",
    "Refill",
    "Sample",
    "SystemLine",
    "View",
    "account",
    "after",
    "counts",
    "incidents",
    "last_view",
    "look_over",
    "measured",
    "metrics_text",
    "plan_persons",
    "record_refilled",
    "refills",
    "status_account",
    "unmeasured",
    "whole_plans",
    "with_this_night",
    "write_metrics",
]
