"""The person who is asked about: their number in the register, their BSNs and V-nummers, and their pseudonyms."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.bsn import normalised, parse
from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.named import person_named
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Identifier, Person

_BETWEEN = re.compile(r"[\s.\-\u00a0]")
_SHORTEST, _LONGEST = 6, 12  # digits of a number that a person types
_BSN_LENGTHS = (8, 9)  # eight: a zero was lost


@dataclass(frozen=True)
class Subject:
    """A person: `number` is None if the register has no such person. Personal data: it has no repr.

    A party's disclosure, a delivery or an original may hold somebody of whom there is no person in the register, so the
    search goes by the BSNs and V-nummers too.
    """

    number: int | None
    bsns: frozenset[str]
    v_numbers: frozenset[str]
    keys: frozenset[str]

    def __repr__(self) -> str:
        return "Subject(...)"

    def mark(self, keyring: Keyring) -> str:
        """Return the keyed mark of all their numbers together: another number, another mark."""
        return keyring.pseudonym("forgetting", " ".join(sorted(self.keys)))

    @property
    def named(self) -> str:
        """The person as the journal names them, and as other rooms name who has no BSN."""
        return person_named(self.number)


def subject_of(session: Session, night: Night, number: int | None, typed: str | None) -> Subject | None:
    """Return the person with this number in the register, else with this BSN or V-nummer.

    None if a `number` is not of this gemeente. A typed one always gives a Subject: a person may be in a place without
    being in the register. Raises UsageError for what can be neither a BSN nor a V-nummer.
    """
    if number is not None:
        own = select(Person.id).where(scope(Person, night.code), Person.id == number)
        return _known(session, night, number) if session.scalar(own) is not None else None
    values = numbers_in(typed or "")
    owners = (_owner(session, night, kind, value) for kind, value in values)
    known = next((owner for owner in owners if owner is not None), None)
    return _subject(night, None, values) if known is None else _known(session, night, known)


def numbers_in(typed: str) -> list[tuple[str, str]]:
    """Return what was typed as numbers, as the register spells them: kind and value, the likeliest first.

    What is a BSN by the elfproef is a BSN alone, so that nobody is shown whose V-nummer has the same digits; a V before
    a number makes it a V-nummer.
    """
    bare = _BETWEEN.sub("", typed)
    digits = re.sub(r"^[vV]", "", bare)
    if not (digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST and digits.strip("0")):
        raise UsageError("not a BSN or V-nummer; give its digits, or --person with the worklist's number")
    v_numbers = [("v", value) for value in dict.fromkeys((digits.lstrip("0"), bare))]
    bsn = normalised(bare) if bare == digits and len(bare) in _BSN_LENGTHS else None
    if bsn is None:
        return v_numbers
    return [("bsn", bsn)] if parse(bsn) else [("bsn", bsn), *v_numbers]


def _owner(session: Session, night: Night, kind: str, value: str) -> int | None:
    query = select(Identifier.person_id).where(
        scope(Identifier, night.code),
        Identifier.kind == kind,
        Identifier.pseudonym == night.keyring.pseudonym(kind, value),
    )
    return session.scalars(query).first()


def _known(session: Session, night: Night, number: int) -> Subject:
    query = select(Identifier.kind, Identifier.sealed).where(
        scope(Identifier, night.code), Identifier.person_id == number
    )
    rows = session.execute(query)
    return _subject(night, number, [(kind, night.keyring.open(sealed, "identifier").decode()) for kind, sealed in rows])


def _subject(night: Night, number: int | None, values: list[tuple[str, str]]) -> Subject:
    of = {kind: frozenset(value for one, value in values if one == kind) for kind in ("bsn", "v")}
    keys = frozenset(night.keyring.pseudonym(kind, value) for kind, value in values)
    return Subject(number, of["bsn"], of["v"], keys)
