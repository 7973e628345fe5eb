"""Who was cleaned in a system and stands there again (an import, a restored backup), and since which night."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.cleaning.plans import Subject
from hervat.register.models import CleaningPlan, PlanPerson, Reappearance
from hervat.settling import People


@dataclass(frozen=True)
class SeenAgain:
    """One person of whom it holds tonight: cleaned on a day, first seen again on another."""

    system: str
    key: str = field(repr=False)
    cleaned_on: date
    seen_on: date


def note_seen_again(subject: Subject) -> None:
    """Write down who is seen again tonight for the first time; end what is over: cleaned again, or gone by itself."""
    night, people, name = subject.night, subject.people, subject.system.name
    with night.register.session() as session:
        cleaned = cleaned_on(session, night.code, name, people)
        known = set()
        for row in _open(session, night.code, name):
            key = people.key_now(row.key)
            if cleaned.get(key, row.cleaned_on) > row.cleaned_on:
                row.ended_on = cleaned[key]
            elif key not in subject.standing:
                row.ended_on = night.as_of
            else:
                known.add(key)
        for key in sorted(subject.standing & cleaned.keys() - known):
            session.add(
                Reappearance(
                    municipality=night.code, system=name, key=key, cleaned_on=cleaned[key], seen_on=night.as_of
                )
            )


def cleaned_on(
    session: Session, municipality: str, system: str, people: People, policy: str | None = None
) -> dict[str, date]:
    """Return today's key of each person who was cleaned in a system (under a policy) -> the last day of it."""
    wanted = (
        select(PlanPerson.key, func.max(PlanPerson.cleaned_on))
        .join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
        .where(
            CleaningPlan.municipality == municipality,
            CleaningPlan.system == system,
            PlanPerson.cleaned_on.is_not(None),
        )
        .group_by(PlanPerson.key)
        .order_by(func.max(PlanPerson.cleaned_on))
    )
    if policy:
        wanted = wanted.where(CleaningPlan.policy == policy)
    return {people.key_now(key): day for key, day in session.execute(wanted).tuples() if day}


def seen_again(session: Session, municipality: str, system: str, people: People) -> list[SeenAgain]:
    """Return who was seen again and not cleaned since, as of the last night in which somebody looked."""
    found = [
        SeenAgain(system, people.key_now(row.key), row.cleaned_on, row.seen_on)
        for row in _open(session, municipality, system)
    ]
    return sorted(found, key=lambda one: (one.seen_on, one.cleaned_on, one.key))


def since(found: Mapping[tuple[date, date], int]) -> list[dict[str, object]]:
    """Return counts by (cleaned on, seen on) as they are shown, the earliest first."""
    return [
        {"cleaned_on": cleaned, "seen_on": seen, "persons": count} for (cleaned, seen), count in sorted(found.items())
    ]


def in_plan(session: Session, plan: CleaningPlan) -> list[dict[str, object]]:
    """Return since when persons of a plan stand there again: counts by the days on which they were cleaned and seen."""
    wanted = (
        select(Reappearance.cleaned_on, Reappearance.seen_on)
        .join(PlanPerson, PlanPerson.key == Reappearance.key)
        .where(
            PlanPerson.plan_id == plan.id,
            Reappearance.municipality == plan.municipality,
            Reappearance.system == plan.system,
            Reappearance.ended_on.is_(None),
        )
    )
    return since(Counter(session.execute(wanted).tuples()))


def _open(session: Session, municipality: str, system: str) -> list[Reappearance]:
    wanted = select(Reappearance).where(
        Reappearance.municipality == municipality, Reappearance.system == system, Reappearance.ended_on.is_(None)
    )
    return list(session.scalars(wanted))
