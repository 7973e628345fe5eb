"""The plans of each system and the persons in them, read at once for all systems of a municipality."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.register import EXECUTED, READY, VOID, WAITING, scope
from hervat.register.models import CleaningPlan, PlanPerson


@dataclass
class SystemPlans:
    """plans: those of a system that are not void, the newest first.

    open: keys of the persons in its plans that are not executed. waiting: how many of them wait for an approval.
    cleaned: keys of the persons cleaned, cleanings: how often one of them was, by plans that are executed.
    """

    plans: list[CleaningPlan] = field(default_factory=list)
    open: set[str] = field(default_factory=set, repr=False)
    cleaned: set[str] = field(default_factory=set, repr=False)
    waiting: int = 0
    cleanings: int = 0

    @property
    def executed(self) -> list[CleaningPlan]:
        """The plans that are executed, the newest first."""
        return [plan for plan in self.plans if plan.status == EXECUTED]

    def add(self, status: str, key: str, cleaned: bool) -> None:
        """Count a person in a plan of this status."""
        if status in (WAITING, READY):
            self.open.add(key)
            self.waiting += status == WAITING
        if cleaned:
            self.cleaned.add(key)
            self.cleanings += status == EXECUTED


def system_plans(session: Session, code: str) -> Mapping[str, SystemPlans]:
    """Return system -> its plans; empty ones for a system without."""
    plans: defaultdict[str, SystemPlans] = defaultdict(SystemPlans)
    query = select(CleaningPlan).where(scope(CleaningPlan, code), CleaningPlan.status != VOID)
    for plan in session.scalars(query.order_by(CleaningPlan.id.desc())):
        plans[plan.system].plans.append(plan)
    persons: Any = select(
        CleaningPlan.system, CleaningPlan.status, PlanPerson.key, PlanPerson.cleaned_on.is_not(None)
    ).join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
    for system, status, key, cleaned in session.execute(persons.where(scope(CleaningPlan, code))):
        plans[system].add(status, key, cleaned)
    return plans
