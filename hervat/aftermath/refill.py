"""Who was erased and is reinstated, so that a person fills him in again: in a database until he stands there again.

In a supplier's system nobody can look, so there a person records that it was done (`hervat refill done`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.attribution import named
from hervat.cleaning.nightly import cleaned_on
from hervat.delivery import GateFacts
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Notice, Refilled, Told
from hervat.register.people import People, read_people
from hervat.settings import System

_BOUND = ("corrected", "disputed")


@dataclass(frozen=True)
class Refill:
    """A person to fill in again in a system, and when he was erased there (a supplier: on which day, as he said)."""

    system: str
    person: int
    key: str = field(repr=False)
    erased_on: date


def refills(session: Session, night: Night, facts: GateFacts) -> list[Refill]:
    """Return who is to be filled in again in each system, as it stands now; of an unreadable system all who may be."""
    found = []
    for system in night.municipality.systems:
        there = _standing(facts, system.name)
        found += [one for one in _erased(session, night.code, system, facts.people) if one.person not in there]
    return sorted(found, key=lambda one: (one.system, one.erased_on, one.person))


def record_refilled(night: Night, name: str, person: int, by: str) -> None:
    """Record that a person was filled in again in a supplier's system.

    Raises UsageError where there is no such system, hervat can look itself, or he is not on the list.
    """
    who = named(by)
    system = next((one for one in night.municipality.systems if one.name == name), None)
    if system is None or system.supplier is None:
        raise UsageError(f"{name} is no system of a supplier; in a database he leaves the list when he stands there")
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        listed = next((one for one in _erased(session, night.code, system, people) if one.person == person), None)
        if listed is None:
            raise UsageError(f"person {person} is not on the list of {name}; `hervat refill list` shows who is")
        session.add(Refilled(municipality=night.code, system=name, key=listed.key, by=who.by, day=listed.erased_on))
        night.record(session, "filled in again", f"person {person}", name, by=who)


def _standing(facts: GateFacts, system: str) -> set[int]:
    """Return the ids of the persons with a true root in a system now."""
    met = (bsn for one in facts.systems if one.name == system for bsn in one.wi2021)
    return {facts.people.owner[bsn] for bsn in met if bsn in facts.people.owner}


def _erased(session: Session, code: str, system: System, people: People) -> Iterable[Refill]:
    """Return the persons who were erased in a system, are bound by no correction and were not filled in since."""
    if system.supplier:
        erased, again = _confirmed(session, code, system.name, people), _refilled(session, code, system.name, people)
    else:
        erased, again = cleaned_on(session, code, system.name, people, policy="erase"), {}
    for key, day in erased.items():
        verdict = people.state_of(key)
        if verdict and verdict.state not in _BOUND and again.get(key, date.min) < day:
            yield Refill(system.name, people.owner[key], key, day)


def _confirmed(session: Session, code: str, system: str, people: People) -> dict[str, date]:
    wanted = (
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
    return {people.key_now(key): day for key, day in session.execute(wanted).tuples() if day}


def _refilled(session: Session, code: str, system: str, people: People) -> dict[str, date]:
    """Return of whom a person said that he was filled in again -> the day of the erasure that it was about."""
    wanted = (
        select(Refilled.key, Refilled.day)
        .where(Refilled.municipality == code, Refilled.system == system)
        .order_by(Refilled.day)
    )
    return {people.key_now(key): day for key, day in session.execute(wanted).tuples()}
