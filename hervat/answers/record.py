"""Recording the answers of a filled-in worklist."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hervat.answers.current import Current, current, rows_of, shown_on
from hervat.answers.form import (
    BSN,
    NONE,
    NOTHING,
    NUMBER,
    SIGNAL,
    V_NUMBER,
    FormAnswer,
    Reason,
    RowRefused,
    answer_in,
    refuse_nobody,
)
from hervat.answers.workbook import Filled, SheetLine
from hervat.attribution import Signed, named
from hervat.bsn import normalised
from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.plural import plural
from hervat.register import among, scope
from hervat.register.models import Answer as AnswerRow
from hervat.register.models import AnswerFile, Identifier, Person
from hervat.settling import note_notification, withdraw_notification

_LONGEST = 9  # digits: a longer number is nobody's, and more than the database's integers hold


class Persons:
    """The persons that some rows name, looked up in two queries."""

    def __init__(self, session: Session, keyring: Keyring, lines: Iterable[SheetLine]) -> None:
        self._keyring = keyring
        rows = list(lines)
        numbers = {number for line in rows if (number := _number(line)) is not None}
        known = select(Person.id).where(scope(Person, keyring.code), among(Person.id, numbers))
        self._numbers = set(session.scalars(known))
        pseudonyms = {pseudonym for line in rows for pseudonym in self._pseudonyms(line)}
        owned = select(Identifier.pseudonym, Identifier.person_id).where(
            scope(Identifier, keyring.code), among(Identifier.pseudonym, pseudonyms)
        )
        self._owner = dict(session.execute(owned).tuples().all())

    def of(self, line: SheetLine) -> int:
        """Return the id of the person of a row. A person who was merged since is found by BSN or V-nummer.

        Raises RowRefused: unknown person, or number and BSN are of different persons (one column was sorted alone).
        """
        number, marks = _number(line), self._pseudonyms(line)
        owners = {self._owner.get(mark) for mark in marks}
        named = {number} if number in self._numbers else owners
        if len(named) != 1 or None in named:
            raise RowRefused("persons_differ" if len(named) > 1 else "person_unknown")
        if marks and owners != named:
            raise RowRefused("persons_differ")
        return int(next(iter(named)) or 0)

    def _pseudonyms(self, line: SheetLine) -> list[str]:
        bsns = (normalised(text) for text in _parts(line, BSN))
        pseudonyms = [self._keyring.pseudonym("bsn", bsn) for bsn in bsns if bsn]
        return pseudonyms + [self._keyring.pseudonym("v", text) for text in _parts(line, V_NUMBER)]


def _parts(line: SheetLine, title: str) -> list[str]:
    return [text for text in line.cells.get(title, "").replace(",", " ").split() if text]


def _number(line: SheetLine) -> int | None:
    text = line.cells.get(NUMBER, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


@dataclass
class AnswerOutcome:
    """The outcome of a file's rows with answers: new, known (nothing new in them) and refused (row, reason)."""

    new: int = 0
    known: int = 0
    refused: list[tuple[int, Reason]] = field(default_factory=list)


@contextmanager
def _refusals(outcome: AnswerOutcome, line: SheetLine) -> Iterator[None]:
    try:
        yield
    except RowRefused as refused:
        outcome.refused.append((line.number, refused.reason))


def record_answers(session: Session, night: Night, file: AnswerFile, filled: Filled) -> AnswerOutcome:
    """Record the answers of a file that is in the register already. Nothing of a refused row is recorded."""
    return _Recording(session, night, file).all_lines(filled)


class _Recording:
    def __init__(self, session: Session, night: Night, file: AnswerFile) -> None:
        self._session, self._night, self._file = session, night, file
        self._outcome = AnswerOutcome()
        self._new: list[tuple[int, int, FormAnswer]] = []
        self._who: Counter[str] = Counter()

    def all_lines(self, filled: Filled) -> AnswerOutcome:
        answered = list(self._answered(filled.lines))
        persons = Persons(self._session, self._night.keyring, [line for line, _ in answered])
        placed = list(self._placed(persons, answered))
        met, keyring = {person for person, _, _ in placed}, self._night.keyring
        before = current(self._session, keyring, met)
        shown = shown_on(self._session, keyring, met, filled.given_out_on)
        for person, line, answer in placed:
            fresh = answer.without(shown.get(person, NOTHING))
            with _refusals(self._outcome, line):
                self._line(before.setdefault(person, Current()), person, line, fresh)
        rows = [
            {"municipality": self._night.code, "file_id": self._file.id, **row}
            for row in rows_of(self._new, self._night.keyring)
        ]
        if rows:
            self._session.execute(insert(AnswerRow), rows)
        self._outcome.refused.sort()
        self._record_counts()
        return self._outcome

    def _answered(self, lines: list[SheetLine]) -> Iterator[tuple[SheetLine, FormAnswer]]:
        first, last = self._night.rounds.rounds[0].period.from_, self._night.as_of
        for line in lines:
            with _refusals(self._outcome, line):
                if answer := answer_in(line.cells, first, last):
                    if line.cells.get(SIGNAL):
                        raise RowRefused("at_a_signal")
                    yield line, answer

    def _placed(
        self, persons: Persons, answered: list[tuple[SheetLine, FormAnswer]]
    ) -> Iterator[tuple[int, SheetLine, FormAnswer]]:
        for line, answer in answered:
            with _refusals(self._outcome, line):
                yield persons.of(line), line, answer

    def _line(self, known: Current, person: int, line: SheetLine, answer: FormAnswer) -> None:
        now = known.answer.given
        if all(now.get(name) == value for name, value in answer.given.items()):
            self._outcome.known += 1
            return
        refuse_nobody(answer)
        made_at = self._file.made_at
        if answer.notification and answer.notification != now.get("notification"):
            self._kennisgeving(known, person, answer, made_at)
        replaced, late = known.take(answer, made_at)
        self._contradiction(person, replaced, "the later file counts")
        self._contradiction(person, late, "a later file was read already and counts")
        self._new.append((person, line.number, answer))
        self._outcome.new += 1
        self._who[str(answer.who)] += 1

    def _kennisgeving(self, known: Current, person: int, answer: FormAnswer, made_at: datetime) -> None:
        """Record the kennisgeving as `hervat optin kennisgeving` does, unless a later file has another answer."""
        if known.made_at.get("notification", datetime.min) > made_at:
            return
        by = str(answer.who)
        try:
            if answer.notification == NONE:
                withdraw_notification(self._session, self._night, person, by)
            elif answer.notification is not None:
                note_notification(self._session, self._night, person, answer.notification, by)
        except UsageError:
            raise RowRefused("choice_made" if answer.notification == NONE else "kennisgeving_refused") from None

    def _contradiction(self, person: int, fields: list[str], result: str) -> None:
        if fields:
            message = f"{', '.join(fields)}: {result}"
            self._journal(None, "answers differ", f"person {person}", message)

    def _record_counts(self) -> None:
        thing = f"answer file {self._file.id}"
        for who, count in sorted(self._who.items()):
            self._journal(named(who), "answered", thing, plural(count, "person"))
        done = self._outcome
        message = f"{done.new} new, {done.known} known, {len(done.refused)} refused"
        self._journal(None, "answers read", thing, message)

    def _journal(self, by: Signed | None, action: str, thing: str, result: str) -> None:
        self._night.record(self._session, action, thing, result, by=by)
