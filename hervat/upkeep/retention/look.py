"""What the terms are counted from: rounds, the events about persons, and what is still open about them.

Read once for all kinds, in sets.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from hervat.delivery import SystemFacts, roots_now
from hervat.night import Night
from hervat.register import READY, SENT, WAITING, scope
from hervat.register.models import (
    Answer,
    AnswerFile,
    CleaningPlan,
    Decision,
    DisclosedTo,
    Hold,
    Identifier,
    Notice,
    Ownership,
    Person,
    PersonState,
    PlanPerson,
    Reappearance,
    SignalRow,
    Stranger,
    Told,
)
from hervat.settings import end_of

Roots = Callable[[], tuple[SystemFacts, ...] | None]
Days = dict[int, date]
IS_SETTLED: ColumnElement[bool] = and_(
    Notice.status == SENT,
    or_(Notice.received_on.is_not(None) & (Notice.audience == "party"), Notice.done_on.is_not(None)),
)
"""SQL condition: a notice was sent, and its recipient confirmed what was asked for."""


@dataclass
class Look:
    """One municipality on one day. roots: reads the local systems, None if one can't be read."""

    session: Session
    night: Night
    roots: Roots | None = None
    errors: list[str] = field(default_factory=list)

    def ends(self, first: date, last: date, came: date, term: str) -> tuple[date, date] | None:
        """Return from which day a term counts and when it ends; None if a round is open or it is not over.

        first, last: the days that decide which rounds it belongs to. came: its last event.
        """
        closed = self.night.rounds.closed_after(first, last)
        return self.over(max(closed, came), term) if closed else None

    def may_end(self, term: str) -> bool:
        """True if a term from the closing of some round is over: else nothing that needs a closed round is due."""
        days = (each.closed_on for each in self.night.rounds.rounds if each.closed_on)
        return any(self.over(day, term) for day in days)

    def over(self, since: date, term: str) -> tuple[date, date] | None:
        """Return the day and the end of a term that counts from it; None if it is not over."""
        ends_on = end_of(since, term)
        return (since, ends_on) if ends_on <= self.night.as_of else None

    @cached_property
    def standing(self) -> set[int] | None:
        """The corrected persons with a root that their policy does not allow; None if a system can't be read."""
        return self._in_systems(lambda facts: facts.standing)

    @cached_property
    def rooted(self) -> set[int] | None:
        """The persons with a root under the Wi2021, or of an unknown law; None if a system can't be read."""
        return self._in_systems(lambda facts: facts.unclear | facts.wi2021.keys())

    def _in_systems(self, keys_of: Callable[[SystemFacts], Iterable[str]]) -> set[int] | None:
        if self._systems is None:
            return None
        return {self.owner[key] for facts in self._systems for key in keys_of(facts) if key in self.owner}

    @cached_property
    def _systems(self) -> tuple[SystemFacts, ...] | None:
        if self.roots is not None:
            return self.roots()
        facts = roots_now(self.night, self.errors)
        return None if self.errors else facts

    @cached_property
    def owner(self) -> dict[str, int]:
        """BSN and V-nummer pseudonym -> person."""
        owned = select(Identifier.pseudonym, Identifier.person_id).where(scope(Identifier, self.night.code))
        return dict(self.session.execute(owned).tuples().all())

    @cached_property
    def states(self) -> dict[int, tuple[str, date]]:
        """Person -> state, and since when."""
        query = select(PersonState.person_id, PersonState.state, PersonState.since)
        rows = self.session.execute(query.where(scope(PersonState, self.night.code)))
        return {person: (state, since) for person, state, since in rows}

    @cached_property
    def signals(self) -> dict[int, tuple[date, date, date]]:
        """Person -> the first and last day of their signals, and the last download that held one."""
        days = func.min(SignalRow.date), func.max(SignalRow.date), func.max(SignalRow.last_seen)
        query = select(SignalRow.person_id, *days).where(scope(SignalRow, self.night.code))
        return {person: (first, last, seen) for person, first, last, seen in self._read(query, SignalRow.person_id)}

    @cached_property
    def events(self) -> Days:
        """Person -> the last day on which anything about the person happened."""
        days: Days = {person: seen for person, (_, _, seen) in self.signals.items()}
        for query, column in self._event_queries():
            for person, day in self._read(query, column):
                if day is not None:
                    days[person] = max(day, days.get(person, day))
        for person, (_, since) in self.states.items():
            days[person] = max(since, days.get(person, since))
        return days

    def _read(self, query: Select, column: object) -> Iterable:  # type: ignore[type-arg]
        return self.session.execute(query.group_by(column)).tuples()  # type: ignore[arg-type]

    def _event_queries(self) -> Iterator[tuple[Select, object]]:  # type: ignore[type-arg]
        code, person = self.night.code, Identifier.person_id
        own = select(Person.id).where(scope(Person, code))
        yield select(Decision.person_id, func.max(Decision.date)).where(Decision.person_id.in_(own)), Decision.person_id
        for model in (Ownership,):
            yield select(model.person_id, func.max(model.date)).where(scope(model, code)), model.person_id
        read = select(Answer.person_id, func.max(AnswerFile.read_on)).join(AnswerFile, AnswerFile.id == Answer.file_id)
        yield read.where(scope(Answer, code)), Answer.person_id
        for day, keyed in (
            (PlanPerson.cleaned_on, PlanPerson.key), (DisclosedTo.captured_on, DisclosedTo.key),
            (Reappearance.ended_on, Reappearance.key),
        ):  # fmt: skip
            yield select(person, func.max(day)).where(scope(Identifier, code), Identifier.pseudonym == keyed), person
        for day in (Notice.day, Notice.sent_on, Notice.received_on, Notice.done_on):
            told = select(person, func.max(day)).join(Told, Told.key == Identifier.pseudonym)
            told = told.join(Notice, Notice.id == Told.notice_id)
            yield told.where(scope(Identifier, code), scope(Notice, code)), person

    @cached_property
    def open(self) -> set[int]:
        """The persons about whom something waits: a decision, a hold, a plan, a notice, a restart, a root."""
        waiting = {person for person, (state, _) in self.states.items() if state in ("disputed", "parked")}
        return waiting.union(*(self.session.scalars(query) for query in self._open_queries()))

    def _open_queries(self) -> Iterator[Select]:  # type: ignore[type-arg]
        code, own = self.night.code, select(Person.id).where(scope(Person, self.night.code))
        yield select(Decision.person_id).where(Decision.person_id.in_(own), Decision.waits)
        yield select(Ownership.person_id).where(scope(Ownership, code), Ownership.waits)
        yield select(Hold.person_id).where(scope(Hold, code), Hold.ended_on.is_(None))
        since = Stranger.unseen_since.is_not(None) | Stranger.orphan_since.is_not(None)
        yield select(Stranger.person_id).where(scope(Stranger, code), since)
        plans = select(CleaningPlan.id).where(scope(CleaningPlan, code), CleaningPlan.status.in_((WAITING, READY)))
        yield self._owners(select(PlanPerson.key).where(PlanPerson.plan_id.in_(plans)))
        yield self._owners(select(Reappearance.key).where(scope(Reappearance, code), Reappearance.ended_on.is_(None)))
        unsettled = select(Notice.id).where(scope(Notice, code), not_(IS_SETTLED))
        yield self._owners(select(Told.key).where(Told.notice_id.in_(unsettled)))

    def _owners(self, keys: Select) -> Select:  # type: ignore[type-arg]
        return select(Identifier.person_id).where(scope(Identifier, self.night.code), Identifier.pseudonym.in_(keys))

    @cached_property
    def received(self) -> dict[tuple[str, str], date]:
        """Party and pseudonym of a person -> the last day on which it was captured that the party received data."""
        columns = DisclosedTo.party, DisclosedTo.key
        query = select(*columns, func.max(DisclosedTo.captured_on)).where(scope(DisclosedTo, self.night.code))
        return {(party, key): day for party, key, day in self.session.execute(query.group_by(*columns)).tuples()}

    @cached_property
    def untold(self) -> set[int]:
        """The persons of whom a party received data, and was told nothing since."""
        query = select(Notice.party, Told.key, func.max(Notice.day)).join(Told, Told.notice_id == Notice.id)
        query = query.where(scope(Notice, self.night.code), Notice.audience == "party")
        rows = self.session.execute(query.group_by(Notice.party, Told.key)).tuples()
        told = {(party, key): day for party, key, day in rows}
        waits = (key for (party, key), day in self.received.items() if told.get((party, key), date.min) < day)
        return {self.owner[key] for key in waits if key in self.owner}
