"""Reappearances: persons who were cleaned in a system and are in it again (an import, a restored backup)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hervat.cleaning.system_night import SystemNight
from hervat.register.models import CleaningPlan, PlanPerson, Reappearance
from hervat.settling import People


@dataclass(frozen=True)
class SeenAgain:
    """A person who is in a system again: the day of the cleaning, and the first day on which they were seen again."""

    system: str
    key: str = field(repr=False)
    cleaned_on: date
    seen_on: date


def note_seen_again(system_night: SystemNight) -> None:
    """Record who is seen again tonight for the first time; end the reappearances of who was cleaned again or left."""
    night, people, name = system_night.night, system_night.people, system_night.name
    present, known = system_night.present & system_night.corrected, set()
    with night.register.session() as session:
        rows = session.scalars(_open(night.code).where(Reappearance.system == name)).all()
        cleaned = cleaned_on(session, night.code, name, people) if rows or present else {}
        for row in rows:
            key = people.key_now(row.key)
            if cleaned.get(key, row.cleaned_on) > row.cleaned_on:
                row.ended_on = cleaned[key]
            elif key not in present:
                row.ended_on = night.as_of
            else:
                known.add(key)
        for key in sorted(present & cleaned.keys() - known):
            session.add(
                Reappearance(
                    municipality=night.code, system=name, key=key, cleaned_on=cleaned[key], seen_on=night.as_of
                )
            )


def cleaned_on(
    session: Session, municipality: str, system: str, people: People, policy: str | None = None
) -> dict[str, date]:
    """Return the last cleaning day by today's key, for each person who was cleaned in a system (under a policy)."""
    query = (
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
        query = query.where(CleaningPlan.policy == policy)
    return {people.key_now(key): day for key, day in session.execute(query) if day}


def seen_again(session: Session, municipality: str, people: People) -> dict[str, list[SeenAgain]]:
    """Return system -> who was seen again and not cleaned since, as of the last night that looked."""
    persons: defaultdict[str, list[SeenAgain]] = defaultdict(list)
    for row in session.scalars(_open(municipality)):
        persons[row.system].append(SeenAgain(row.system, people.key_now(row.key), row.cleaned_on, row.seen_on))
    for seen in persons.values():
        seen.sort(key=lambda person: (person.seen_on, person.cleaned_on, person.key))
    return dict(persons)


def since(counts: Mapping[tuple[date, date], int]) -> list[dict[str, object]]:
    """Return counts by (cleaned on, seen on) for JSON, the earliest first."""
    return [
        {"cleaned_on": cleaned, "seen_on": seen, "persons": count} for (cleaned, seen), count in sorted(counts.items())
    ]


def in_plan(session: Session, plan: CleaningPlan) -> list[dict[str, object]]:
    """Return how many persons of a plan are seen again, by the days on which they were cleaned and seen."""
    query = (
        select(Reappearance.cleaned_on, Reappearance.seen_on)
        .join(PlanPerson, PlanPerson.key == Reappearance.key)
        .where(
            PlanPerson.plan_id == plan.id,
            Reappearance.municipality == plan.municipality,
            Reappearance.system == plan.system,
            Reappearance.ended_on.is_(None),
        )
    )
    return since(Counter(session.execute(query).tuples()))


def _open(municipality: str) -> Select[Reappearance]:
    return select(Reappearance).where(Reappearance.municipality == municipality, Reappearance.ended_on.is_(None))
