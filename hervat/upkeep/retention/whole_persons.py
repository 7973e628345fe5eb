"""Whole persons, with their signals: when both terms are over, and nothing waits (`hervat.person.open_for`).

Signals do not go before their person. Without the SS190 a corrected person would not be known as corrected (rules 1
and 5), and without a Wi2021 signal whoever still has a root would be a stranger. So `signal` and `person` count as one
term: the longer. With only one of the two set nobody ends.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.person import candidates_of, end_persons, objects_of, open_of
from hervat.register import scope
from hervat.register.models import Person
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things


def _due(look: Look, _term: str) -> Things:
    """Return the persons whose terms are over, counted from the last event about the person.

    Not one whom an object of the vault names: it goes first, by two as well. Local systems, disclosures and lists are
    read only if somebody's terms are over.
    """
    kept = look.night.settings.retention.whole_person
    if kept is None or not look.may_end(kept.term):
        return {}
    over = {person: each for person in _persons(look) if (each := _over(look, person, kept.term))}
    if not over:
        return {}
    candidates = candidates_of(look.session, look.night, over)
    objects = objects_of(candidates)
    waits = open_of(candidates, objects).keys() | {number for thing in objects for number in thing.persons}
    return {person: each for person, each in over.items() if person not in waits}


def _persons(look: Look) -> list[int]:
    query = select(Person.id).where(scope(Person, look.night.code))
    return [person for person in look.session.scalars(query) if person not in look.open]


def _over(look: Look, person: int, term: str) -> Over | None:
    if person not in look.events:
        return None
    came = look.events[person]
    first, last, _ = look.signals.get(person, (came, came, came))
    ends = look.ends(first, last, came, term)
    return Over(*ends) if ends else None


def _end(session: Session, night: Night, persons: Sequence[int]) -> Rows:
    return end_persons(session, night, persons)


PERSON = TermKind("person", _due, _end)
