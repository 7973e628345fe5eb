"""Persons who may have to be ended: their numbers, pseudonyms and days, read as a set."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hervat.night import Night
from hervat.notices import UNDATED
from hervat.person.subject import Subject
from hervat.register import among, scope
from hervat.register.models import Decision, DisclosedTo, Identifier, Ownership, Person, SignalRow, Told

NOBODY = 0
"""The number, here alone, of a person who is in no row of `person`: a disclosure or an original names them."""

Span = tuple[date, date]


@dataclass(frozen=True)
class Candidates:
    """The persons. owners: pseudonym of a BSN or V-nummer -> the person's number. It has no repr.

    objects: ids of objects of the vault that are known to name the (one) person, from a search of the originals.
    """

    session: Session
    night: Night
    numbers: frozenset[int]
    owners: Mapping[str, int] = field(repr=False)
    objects: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Candidates({len(self.numbers)})"

    @property
    def keys(self) -> set[str]:
        """Their pseudonyms."""
        return set(self.owners)

    @cached_property
    def signals(self) -> dict[int, int]:
        """Signal -> the person's number."""
        query = select(SignalRow.id, SignalRow.person_id).where(self._own(SignalRow.person_id))
        return dict(self.session.execute(query.where(scope(SignalRow, self.night.code))).tuples().all())

    @cached_property
    def told(self) -> dict[int, set[int]]:
        """Notice -> the numbers of those of them whom it names."""
        named: defaultdict[int, set[int]] = defaultdict(set)
        for notice, key in self.session.execute(select(Told.notice_id, Told.key).where(among(Told.key, self.keys))):
            named[notice].add(self.owners[key])
        return dict(named)

    @cached_property
    def spans(self) -> dict[int, Span]:
        """Number -> the first and last day of what is known about the person; without a day a person is not in it."""
        spans: dict[int, Span] = {}
        for number, first, last in self._days():
            before = spans.get(number, (first, last))
            spans[number] = (min(before[0], first), max(before[1], last))
        return spans

    @cached_property
    def closed(self) -> dict[int, date | None]:
        """Number -> the day on which the rounds of the person's days were closed; None if one is open."""
        today = self.night.as_of
        days = {number: self.night.rounds.closed_after(*span) for number, span in self.spans.items()}
        return {number: day if day and day <= today else None for number, day in days.items()}

    def _days(self) -> Iterator[tuple[int, date, date]]:
        for model in (SignalRow, Decision, Ownership):
            person, day = model.person_id, model.date
            query = select(person, func.min(day), func.max(day)).where(self._own(person), scope(model, self.night.code))
            yield from self.session.execute(query.group_by(person)).tuples()
        day, key = DisclosedTo.provided_on, DisclosedTo.key
        given = select(key, func.min(day), func.max(day)).where(scope(DisclosedTo, self.night.code), day != UNDATED)
        for pseudonym, first, last in self.session.execute(given.where(among(key, self.keys)).group_by(key)):
            yield self.owners[pseudonym], first, last

    def _own(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return among(column, self.numbers)

    def owners_of(self, pseudonyms: Iterable[str]) -> set[int]:
        """Return the numbers of those of them who have one of these pseudonyms."""
        return {self.owners[key] for key in pseudonyms if key in self.owners}


def candidates_of(session: Session, night: Night, numbers: Collection[int]) -> Candidates:
    """Return the persons of these numbers in the municipality; other numbers are left out."""
    own: Select[int] = select(Person.id).where(scope(Person, night.code), among(Person.id, set(numbers)))
    known = frozenset(session.scalars(own))
    query = select(Identifier.pseudonym, Identifier.person_id).where(
        scope(Identifier, night.code), among(Identifier.person_id, known)
    )
    return Candidates(session, night, known, dict(session.execute(query).tuples().all()))


def candidate(session: Session, night: Night, subject: Subject, objects: Iterable[str]) -> Candidates:
    """Return one person as candidate; who is in no row of `person` has the number NOBODY."""
    number = NOBODY if subject.number is None else subject.number
    return Candidates(session, night, frozenset({number}), dict.fromkeys(subject.keys, number), frozenset(objects))
