"""Queries for the plans in the register and for the persons in them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.cleaning.system_night import SystemNight
from hervat.register import EXECUTED, READY, VOID, WAITING
from hervat.register.models import CleaningPlan, Hold, Identifier, PlanPerson
from hervat.settling import counts_on


def waiting_plans(session: Session, municipality: str) -> list[CleaningPlan]:
    """Return the plans that wait for approval, or have it and wait for the next run."""
    query = select(CleaningPlan).where(
        CleaningPlan.municipality == municipality, CleaningPlan.status.in_([WAITING, READY])
    )
    return list(session.scalars(query.order_by(CleaningPlan.id)))


def open_plans(session: Session, system_night: SystemNight) -> list[CleaningPlan]:
    """Return the waiting plans of this system."""
    return [plan for plan in waiting_plans(session, system_night.night.code) if plan.system == system_night.name]


def persons_in(session: Session, plan_ids: Iterable[int]) -> set[str]:
    """Return the keys of the persons in these plans."""
    return set(session.scalars(select(PlanPerson.key).where(PlanPerson.plan_id.in_(list(plan_ids)))))


def on_hold_in(session: Session, plan: CleaningPlan, day: date) -> int:
    """Return the number of persons in a plan who are on hold on a day, and whom it would erase."""
    if plan.policy != "erase":
        return 0
    query = (
        select(func.count(Identifier.person_id.distinct()))
        .join(PlanPerson, PlanPerson.key == Identifier.pseudonym)
        .join(Hold, Hold.person_id == Identifier.person_id)
        .where(PlanPerson.plan_id == plan.id, Identifier.municipality == plan.municipality, counts_on(day))
    )
    return session.scalar(query) or 0


def next_occasion(session: Session, system_night: SystemNight) -> int:
    """Return how many plans of this system have ended.

    Part of a plan's hash: a second plan for the same persons has another hash, so no old approval is valid for it.
    """
    query = select(func.count()).where(
        CleaningPlan.municipality == system_night.night.code,
        CleaningPlan.system == system_night.name,
        CleaningPlan.status.in_([EXECUTED, VOID]),
    )
    return session.scalar(query) or 0


def cleaned_before(session: Session, system_night: SystemNight, keys: set[str]) -> set[str]:
    """Return which of these persons were cleaned in this system before: they have reappeared."""
    cleaned = session.scalars(
        select(PlanPerson.key)
        .join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
        .where(
            CleaningPlan.municipality == system_night.night.code,
            CleaningPlan.system == system_night.name,
            PlanPerson.cleaned_on.is_not(None),
        )
    )
    return keys & {system_night.people.key_now(key) for key in cleaned}
