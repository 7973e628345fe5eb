"""What remains after cleaning: persons to fill in again, persons seen again, shared rows without a holder."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.cleaning import SeenAgain, cleaned_on, left_tonight, opened, seen_again, shared_counts, since
from hervat.delivery import GateFacts, Hit, shown
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices import supplier_terms
from hervat.register import SHARED, STRANDED
from hervat.register.models import Notice, Refilled, SharedRow, Told
from hervat.settings import System
from hervat.settling import People, read_people

_BOUND = ("corrected", "disputed")


@dataclass(frozen=True)
class Refill:
    """A person to fill in again in a system, and the day of erasure there (for a supplier: the day it stated)."""

    system: str
    person: int
    key: str = field(repr=False)
    erased_on: date


def refills(session: Session, night: Night, facts: GateFacts) -> list[Refill]:
    """Return the persons to fill in again in each system, as of now; of an unreadable system all candidates."""
    to_refill = []
    for system in night.municipality.systems:
        there = _standing(facts, system.name)
        to_refill += [
            refill for refill in _erased(session, night.code, system, facts.people) if refill.person not in there
        ]
    return sorted(to_refill, key=lambda refill: (refill.system, refill.erased_on, refill.person))


def record_refilled(night: Night, name: str, person: int, by: str) -> None:
    """Record that a person was filled in again in a supplier's system.

    Raises UsageError if the system is not a supplier's, or the person is not on its list.
    """
    who = named(by)
    system = next((system for system in night.municipality.systems if system.name == name), None)
    if system is None or system.supplier is None:
        raise UsageError(
            f"{name} is not a supplier's system; in a database hervat sees it itself when the person is there again"
        )
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        listed = next(
            (refill for refill in _erased(session, night.code, system, people) if refill.person == person), None
        )
        if listed is None:
            raise UsageError(f"person {person} is not on the list of {name}; `hervat refill list` shows who is")
        session.add(Refilled(municipality=night.code, system=name, key=listed.key, by=who.by, day=listed.erased_on))
        night.record(session, "filled in again", f"person {person}", name, by=who)


def _standing(facts: GateFacts, system: str) -> set[int]:
    """Return the ids of the persons with a true root in a system now."""
    met = (bsn for one in facts.systems if one.name == system for bsn in one.wi2021)
    return {facts.people.owner[bsn] for bsn in met if bsn in facts.people.owner}


def _erased(session: Session, code: str, system: System, people: People) -> Iterable[Refill]:
    """Return the persons erased in a system who are bound by no correction and were not filled in since."""
    if system.supplier:
        erased, again = _confirmed(session, code, system.name, people), _refilled(session, code, system.name, people)
    else:
        erased, again = cleaned_on(session, code, system.name, people, policy="erase"), {}
    for key, day in erased.items():
        verdict = people.state_of(key)
        if verdict and verdict.state not in _BOUND and again.get(key, date.min) < day:
            yield Refill(system.name, people.owner[key], key, day)


def _confirmed(session: Session, code: str, system: str, people: People) -> dict[str, date]:
    query = (
        select(Told.key, func.max(Notice.done_on))
        .join(Notice, Notice.id == Told.notice_id)
        .where(
            Notice.municipality == code,
            Notice.audience == "supplier",
            Notice.party == system,
            Notice.done_on.is_not(None),
        )
        .group_by(Told.key)
        .order_by(func.max(Notice.done_on))
    )
    return {people.key_now(key): day for key, day in session.execute(query) if day}


def _refilled(session: Session, code: str, system: str, people: People) -> dict[str, date]:
    """Return person recorded as filled in again -> the day of the erasure that it was about."""
    query = (
        select(Refilled.key, Refilled.day)
        .where(Refilled.municipality == code, Refilled.system == system)
        .order_by(Refilled.day)
    )
    return {people.key_now(key): day for key, day in session.execute(query)}


@dataclass(frozen=True)
class Loose:
    """A formerly shared row that nobody holds any more: a person looks at it."""

    system: str
    table: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Aftermath:
    """refills: to fill in again. again: seen again after cleaning. hits: in lists. loose: rows without a holder."""

    refills: tuple[Refill, ...] = ()
    again: tuple[SeenAgain, ...] = ()
    hits: tuple[Hit, ...] = ()
    loose: tuple[Loose, ...] = ()


def after(session: Session, night: Night, facts: GateFacts) -> Aftermath:
    """Return what remains after cleaning, as of now."""
    seen = seen_again(session, night.code, facts.people)
    again = [person for system in night.municipality.databases for person in seen.get(system.name, ())]
    return Aftermath(tuple(refills(session, night, facts)), tuple(again), facts.hits, tuple(_loose(session, night)))


@dataclass(frozen=True)
class Remaining:
    """left: system -> values not restored tonight. shared: (system, state) -> shared rows by table."""

    left: Mapping[str, int]
    shared: Mapping[tuple[str, str], dict[str, int]]


def remaining(session: Session, night: Night) -> Remaining:
    """Return the counts of what is left in all systems."""
    return Remaining(left_tonight(session, night.code, night.as_of), shared_counts(session, night.code))


def counts(session: Session, night: Night, system: System, stays: Aftermath, remains: Remaining) -> dict[str, Any]:
    """Return the counts and days that the report shows of a system, by the names of `SystemLine`."""
    name, code = system.name, night.code
    due_on, overdue = supplier_terms(session, code, name, night.as_of) if system.supplier else (None, 0)
    rows = {(hit.file, hit.sheet, hit.row) for hit in stays.hits if hit.system == name}
    return {
        "refill": sum(refill.system == name for refill in stays.refills),
        "since": since(Counter((person.cleaned_on, person.seen_on) for person in stays.again if person.system == name)),
        "left": remains.left.get(name, 0),
        "shared": remains.shared.get((name, SHARED), {}),
        "loose": remains.shared.get((name, STRANDED), {}),
        "places": dict(sorted(Counter(shown(file) for file, _, _ in rows).items())),
        "due_on": due_on,
        "overdue": overdue,
    }


def _loose(session: Session, night: Night) -> list[Loose]:
    query = select(SharedRow).where(SharedRow.municipality == night.code, SharedRow.state == STRANDED)
    rows = session.scalars(query.order_by(SharedRow.system, SharedRow.place, SharedRow.id))
    return [Loose(row.system, row.place, ", ".join(map(str, opened(night, row).key))) for row in rows]
