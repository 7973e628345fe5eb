"""What the worklist shows of a person, read in sets and opened with the keyring. Personal data: no repr."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from hervat.answers import NOTHING, Current, FormAnswer, current
from hervat.keyring import Keyring
from hervat.register import among
from hervat.register.models import Decision, Identifier, Personalia, SignalRow, WrongNotification
from hervat.rules import Verdict
from hervat.settling import People, PersonHold

_SET = 2000
_NAMED = ("surname", "prefix", "first_names")


class SignalLine(NamedTuple):
    """One signal of a person."""

    code: str
    day: date
    wet: str
    kennisgeving: date | None
    last_seen: date
    may_be_ignored: bool

    def __repr__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True, repr=False)
class Dossier:
    """One person with all that is known. person is None for somebody who is only in a local system.

    notified: the wrong kennisgeving that they reported. decisions: (law, day), in order. systems: those in which they
    are an orphan. name is empty if no signal carries one (an SS190 holds only a BSN). holds: those that count.
    """

    person: int | None
    verdict: Verdict | None
    bsns: Sequence[str] = ()
    v_numbers: Sequence[str] = ()
    name: str = ""
    birth: str = ""
    signals: Sequence[SignalLine] = ()
    decisions: Sequence[tuple[str, date]] = ()
    notified: date | None = None
    systems: Sequence[str] = ()
    answer: FormAnswer = NOTHING
    holds: Sequence[PersonHold] = ()


@dataclass(repr=False)
class _Set:
    """The facts of one set of persons, by person id."""

    answers: dict[int, Current]
    notified: dict[int, date]
    personalia: dict[int, bytes]
    identifiers: dict[int, list[Row[Any]]]
    signals: dict[int, list[SignalLine]]
    decisions: dict[int, list[Row[Any]]] = field(default_factory=dict)


def read_dossiers(
    session: Session, keyring: Keyring, people: People, order: Sequence[int], orphans: Mapping[int, Sequence[str]]
) -> Iterator[Dossier]:
    """Yield the dossiers of these person ids in this order: seven queries for each 2,000, whatever they hold."""
    for start in range(0, len(order), _SET):
        ids = order[start : start + _SET]
        known = _read(session, keyring, ids)
        for person in ids:
            yield _dossier(keyring, people, known, person, orphans.get(person, ()))


def _read(session: Session, keyring: Keyring, ids: Sequence[int]) -> _Set:
    def of(table: Any, *columns: Any) -> Select[Any]:
        return select(table.person_id, *columns).where(among(table.person_id, ids))

    identifiers = of(Identifier, Identifier.kind, Identifier.sealed).order_by(Identifier.id)
    decisions = of(Decision, Decision.law, Decision.date).order_by(Decision.date, Decision.id)
    return _Set(
        current(session, keyring, ids),
        {person: day for person, day in session.execute(of(WrongNotification, WrongNotification.date))},
        {person: sealed for person, sealed in session.execute(of(Personalia, Personalia.sealed))},
        _by_person(session.execute(identifiers)),
        _signals(session, ids),
        _by_person(session.execute(decisions)),
    )


def _by_person(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    by_person: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    return by_person


def _signals(session: Session, ids: Sequence[int]) -> dict[int, list[SignalLine]]:
    """Return the signals of each person; read without the ORM, for there are many of them."""
    its = SignalRow.__table__.c
    columns = (its.code, its.date, its.wet, its.kennisgeving, its.last_seen, its.may_be_ignored)
    query = select(its.person_id, *columns).where(among(its.person_id, ids))
    by_person: defaultdict[int, list[SignalLine]] = defaultdict(list)
    for row in session.execute(query.order_by(its.date, its.code, its.wet, its.id)).all():
        by_person[row[0]].append(SignalLine._make(row[1:]))
    return by_person


def _dossier(keyring: Keyring, people: People, known: _Set, person: int, systems: Sequence[str]) -> Dossier:
    marks = [(row.kind, row.sealed) for row in known.identifiers.get(person, [])]
    name, birth = _named(keyring, known.personalia.get(person))
    return Dossier(
        person=person,
        verdict=people.verdicts.get(person),
        bsns=sorted(_opened(keyring, marks, "bsn")),
        v_numbers=sorted(_opened(keyring, marks, "v")),
        name=name,
        birth=birth,
        signals=known.signals.get(person, ()),
        decisions=[(row.law, row.date) for row in known.decisions.get(person, [])],
        notified=known.notified.get(person),
        systems=systems,
        answer=known.answers[person].answer if person in known.answers else NOTHING,
        holds=people.on_hold.get(person, ()),
    )


def _opened(keyring: Keyring, marks: list[tuple[str, bytes]], kind: str) -> list[str]:
    return [keyring.open(sealed, "identifier").decode() for mark, sealed in marks if mark == kind]


def _named(keyring: Keyring, sealed: bytes | None) -> tuple[str, str]:
    """Return name and date of birth (ISO) from the most recent download."""
    if sealed is None:
        return "", ""
    said = json.loads(keyring.open(sealed, "details"))
    surname, prefix, first_names = (said.get(part, "") for part in _NAMED)
    rest = " ".join(part for part in (first_names, prefix) if part)
    return ", ".join(part for part in (surname, rest) if part), said.get("birth", "")
