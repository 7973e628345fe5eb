"""Whom a row of a worklist is about: by the number on it, held against the BSN or V-nummer beside it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.answers.form import BSN, NUMBER, V_NUMBER
from hervat.answers.row import RowRefused
from hervat.answers.workbook import Line
from hervat.bsn import normalised
from hervat.keyring import Keyring
from hervat.register.among import among
from hervat.register.models import Identifier, Person

_LONGEST = 9  # digits: a longer number is nobody's, and more than the database's integers hold


class Persons:
    """The persons that some rows name, looked up in two queries."""

    def __init__(self, session: Session, keyring: Keyring, lines: Iterable[Line]) -> None:
        self._keyring = keyring
        rows = list(lines)
        numbers = {number for line in rows if (number := _number(line)) is not None}
        known = select(Person.id).where(Person.municipality == keyring.code, among(Person.id, numbers))
        self._numbers = set(session.scalars(known))
        pseudonyms = {one for line in rows for one in self._pseudonyms(line)}
        owned = select(Identifier.pseudonym, Identifier.person_id).where(
            Identifier.municipality == keyring.code, among(Identifier.pseudonym, pseudonyms)
        )
        self._owner = dict(session.execute(owned).tuples().all())

    def of(self, line: Line) -> int:
        """Return the id of the person of a row. One that was joined with another since is found by BSN or V-nummer.

        Raises RowRefused: nobody is known by it, or number and BSN are not of one person (a column was sorted alone).
        """
        number, marks = _number(line), self._pseudonyms(line)
        owners = {self._owner.get(one) for one in marks}
        named = {number} if number in self._numbers else owners
        if len(named) != 1 or None in named:
            raise RowRefused("persons_differ" if len(named) > 1 else "person_unknown")
        if marks and owners != named:
            raise RowRefused("persons_differ")
        return int(next(iter(named)) or 0)

    def _pseudonyms(self, line: Line) -> list[str]:
        bsns = (normalised(text) for text in _parts(line, BSN))
        found = [self._keyring.pseudonym("bsn", bsn) for bsn in bsns if bsn]
        return found + [self._keyring.pseudonym("v", text) for text in _parts(line, V_NUMBER)]


def _parts(line: Line, title: str) -> list[str]:
    return [text for text in line.cells.get(title, "").replace(",", " ").split() if text]


def _number(line: Line) -> int | None:
    text = line.cells.get(NUMBER, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
