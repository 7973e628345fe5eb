"""The persons of a night: read once, and again as soon as anything could have changed about them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hervat.journal import last_hash
from hervat.night import Night
from hervat.settling.people import People, read_people

_MOST = 10_000  # persons
_OF_NO_PERSON = frozenset({"settled", "looked at shared rows", "notice composed", "notice sent", "disclosures"})
"""What a night itself does between two readings that changes no fact from which a state follows."""


@dataclass(frozen=True)
class _Read:
    """Persons as they were read. until: the journal's last line of before that; what records a fact adds a line."""

    day: date
    until: str
    people: People


def people_now(session: Session, night: Night) -> People:
    """Return `read_people` of the night's day, without reading again if the journal shows that nothing changed.

    Signals, decisions, holds and numbers change in one transaction with a line in the journal, in whatever process. The
    line is looked for first: what changes between the two is read again the next time. Who adds persons without a line
    says so (`read_again`).
    """
    until, kept = last_hash(session, night.code, but=_OF_NO_PERSON), night.handover.people
    if isinstance(kept, _Read) and (kept.day, kept.until) == (night.as_of, until):
        return kept.people
    people = read_people(session, night.code, night.settler, night.as_of)
    few = len(people.verdicts) <= _MOST
    night.handover.people = _Read(night.as_of, until, people) if few else None
    return people


def read_again(night: Night) -> None:
    """Let the persons be read anew the next time."""
    night.handover.people = None
