"""Bounds agreed beforehand: how much a delivery may differ from the last one, and how many persons may be missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hervat.delivery.gate.facts import SystemFacts
from hervat.delivery.gate.look import in_records
from hervat.delivery.job import Job
from hervat.delivery.quarters import peildatum
from hervat.register import among, scope
from hervat.register.models import Person, SignalRow
from hervat.settings import Bounds
from hervat.settling import People, read_people


@dataclass(frozen=True)
class Difference:
    """A figure that differs more than agreed. kind: records, group, leerroute (counts) or empty (share of records)."""

    kind: str
    name: str
    before: float
    now: float
    bound: float

    def __str__(self) -> str:
        if self.kind == "empty":
            return (
                f"{self.name} is empty in {self.before:.0%} -> {self.now:.0%} of the records (bound {self.bound:.0%})"
            )
        what = "records" if self.kind == "records" else f"{self.kind} {self.name}"
        change = f"{(self.now - self.before) / self.before:+.0%}" if self.before else "new"
        return f"{what}: {self.before:.0f} -> {self.now:.0f} ({change}, bound {self.bound:.0%})"

    @property
    def dutch(self) -> str:
        """The same in Dutch."""
        if self.kind == "empty":
            return f"{self.name}: leeg bij {self.before:.0%} van de records, nu bij {self.now:.0%}"
        return f"{self._dutch_name()}: eerst {self.before:.0f}, nu {self.now:.0f}"

    def _dutch_name(self) -> str:
        kind = {"group": "groep", "leerroute": "leerroute"}.get(self.kind)
        if kind is None:
            return "records"
        return f"{kind} niet ingevuld" if self.name == "-" else f"{kind} {self.name}"


def outside(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Return the figures (`Figures.as_json`) that differ from the last delivery's by more than was agreed."""
    return [*_counts(bounds, before, now), *_empty(bounds, before, now)]


def _counts(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _count(bounds, "records", "", before["records"], now["records"], bounds.records)
    for kind, key, bound in (("group", "groups", bounds.groups), ("leerroute", "leerroutes", bounds.leerroutes)):
        for name in sorted({*before[key], *now[key]}):
            yield from _count(bounds, kind, name, before[key].get(name, 0), now[key].get(name, 0), bound)


def _count(bounds: Bounds, kind: str, name: str, before: int, now: int, bound: float) -> Iterator[Difference]:
    changed = abs(now - before)
    if changed >= bounds.least and changed > bound * before:
        yield Difference(kind, name, before, now, bound)


def _empty(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the shares; a kenmerk that the query did not give was empty in all records."""
    if not before["records"] or not now["records"]:
        return
    for name in sorted({*before["empty"], *now["empty"]}):
        was, is_ = (figures["empty"].get(name, figures["records"]) / figures["records"] for figures in (before, now))
        if abs(is_ - was) > bounds.empty and abs(is_ - was) * now["records"] >= bounds.least:
            yield Difference("empty", name, was, is_, bounds.empty)


Why = Literal["left_out", "no_root", "set_aside", "no_bsn", "later"]
_SAID: Mapping[Why, tuple[str, str]] = {
    "left_out": ("have a root there, and the query leaves them out", "staan in het systeem, maar niet in de levering"),
    "no_root": ("have no root under the Wi2021 there", "staan er niet onder de Wi2021"),
    "set_aside": ("have a root there whose law is not known", "staan er zonder dat de wet bekend is"),
    "no_bsn": ("have no BSN in the register", "hebben geen BSN"),
    "later": ("began or came after the quarter", "begonnen of kwamen pas na het kwartaal"),
}
_CAME = ("SS120", "SS121")  # settled here
_AHEAD = timedelta(days=2 * 366)
NOBODY = "no records"


@dataclass(frozen=True)
class Thin:
    """A delivery compared to the released persons.

    records: how many it holds. rooted: released persons of the quarter with a root in the feeding system. missing: the
    keys of those without a record. reasons: why released persons have no record. nameless: roots without a readable
    BSN. bound: how many may be missing.
    """

    system: str
    records: int
    rooted: int
    missing: frozenset[str] = field(repr=False)
    reasons: Mapping[Why, int]
    nameless: int
    bound: int

    @property
    def stops(self) -> bool:
        """Whether a person must look at it: somebody is missing, or it is empty while somebody is expected."""
        expected = sum(count for why, count in self.reasons.items() if why != "later") + self.nameless
        return len(self.missing) > self.bound or (not self.records and expected > 0)

    @property
    def members(self) -> frozenset[str]:
        """What is accepted: these persons, and that there are no records at all."""
        return self.missing | (frozenset() if self.records else {NOBODY})

    @property
    def lines(self) -> tuple[str, ...]:
        """The comparison in words."""
        first = f"records: {self.records}, while {self.rooted} released persons have a root in {self.system}"
        why_missing = [f"without a record: {count} {_SAID[why][0]}" for why, count in self.reasons.items() if count]
        nameless = [f"without a record: {self.nameless} roots hold no BSN that can be read"] if self.nameless else []
        return (f"{first} ({len(self.missing)} of them without a record, bound {self.bound})", *why_missing, *nameless)

    @property
    def dutch(self) -> tuple[str, ...]:
        """The same in Dutch."""
        first = f"records: {self.records}, en {self.rooted} vrijgegeven personen staan in {self.system}"
        why_missing = [f"geen record: {count} {_SAID[why][1]}" for why, count in self.reasons.items() if count]
        nameless = [f"geen record: {self.nameless} rijen zonder leesbaar BSN"] if self.nameless else []
        return (first, *why_missing, *nameless)


def thin(session: Session, job: Job) -> Thin | None:
    """Return how the records compare to the released persons; None if that stops nothing."""
    night, people = job.night, job.facts.people
    system = next(
        (system for system in job.facts.systems if system.feeds), SystemFacts(job.cbs.records.system, feeds=True)
    )
    end = min(peildatum(job.quarter), night.as_of)
    then = people if end == people.day else read_people(session, night.code, night.settler, end)
    later = _later(session, night.code, end) | (_released(people) - _released(then))
    held = job.memory.held()
    why = {person: _why(people, person, system, held, later) for person in _released(people)}
    why |= dict.fromkeys(
        _given_later(job, system, {person for person, reason in why.items() if reason == "left_out"}), "later"
    )
    counts = Counter(reason for reason in why.values() if reason)
    left_out = frozenset(
        people.key(person) or f"person {person}" for person, reason in why.items() if reason == "left_out"
    )
    rooted = sum(_meets(people, person, system.wi2021.keys()) for person, reason in why.items() if reason != "later")
    bound = job.cbs.bounds.missing if job.cbs.bounds else 0
    reasons: dict[Why, int] = {reason: counts[reason] for reason in _SAID}
    comparison = Thin(system.name, job.figures.records, rooted, left_out, reasons, system.nameless, bound)
    return comparison if comparison.stops else None


def _released(people: People) -> set[int]:
    return {person for person in people.in_state("released") if people.verdicts[person].law == "Wi2021"}


def _meets(people: People, person: int, pseudonyms: Set[str]) -> bool:
    return any(key in pseudonyms for key in people.keys.get(person, ()))


def _why(people: People, person: int, system: SystemFacts, held: Set[str], later: Set[int]) -> Why | None:
    """Return why a released person has no record; None if they have one."""
    if _meets(people, person, held):
        return None
    if not people.keys.get(person):
        return "no_bsn"
    if person in later:
        return "later"
    if _meets(people, person, system.wi2021.keys()):
        return "left_out"
    return "set_aside" if _meets(people, person, system.unclear) else "no_root"


def _given_later(job: Job, system: SystemFacts, persons: Set[int]) -> set[int]:
    """Return the persons that the query itself gives for a day after the quarter: its own dates explain it."""
    people = job.facts.people
    digits = {
        key: system.wi2021[key].reveal() for person in persons for key in people.keys[person] if key in system.wi2021
    }
    if not digits or not job.source.dated:
        return set()
    days = (job.night.as_of, peildatum(job.quarter) + _AHEAD)
    met = frozenset[str]().union(
        *(in_records(job.night, job.source.on(day), frozenset(digits.values())) for day in days)
    )
    return {person for person in persons if _meets(people, person, met)}


def _later(session: Session, code: str, end: date) -> set[int]:
    """Return the persons whose Wi2021 signals are all after the quarter, or who settled here after it.

    Asked by person, as `read_people` does: the longest table has no index on the municipality.
    """
    persons = session.scalars(select(Person.id).where(scope(Person, code))).all()
    ours = (
        select(SignalRow.person_id)
        .where(among(SignalRow.person_id, persons), SignalRow.wet == "Wi2021")
        .group_by(SignalRow.person_id)
    )
    came = func.max(SignalRow.date).filter(SignalRow.code.in_(_CAME))
    return set(session.scalars(ours.having(or_(func.min(SignalRow.date) > end, came > end))))
