"""Persons with a term: name and date of birth, and whole persons with their signals.

Of corrected persons name and date of birth go first, as nobody needs them once the correction is done everywhere.
A person ends when both terms are over and nothing waits (`hervat.person.open_for`).
Signals do not go before their person. Without the SS190 a corrected person would not be known as corrected (rules 1
and 5), and without a Wi2021 signal whoever still has a root would be a stranger. So `signal` and `person` count as one
term: the longer. With only one of the two set nobody ends.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.person import candidates_of, end_persons, objects_of, open_of
from hervat.register import among, scope
from hervat.register.models import Person, Personalia
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted


def _person_due(look: Look, _term: str) -> Things:
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


def _person_end(session: Session, night: Night, persons: Sequence[int]) -> Rows:
    return end_persons(session, night, persons)


PERSON = TermKind("person", _person_due, _person_end)


def _personalia_due(look: Look, term: str) -> Things:
    """Return the persons whose name and date of birth may go: counted from the last event about the person.

    Of a corrected person that is when all is done: plans executed and read back, every party told and its notices
    confirmed, no root left. The round may still be open: rule 1 is about the SS190 and its original. Of others the
    round must be closed too. Of nobody about whom something waits.
    """
    query = select(Personalia.person_id, Personalia.said_on).join(Person, Person.id == Personalia.person_id)
    rows = look.session.execute(query.where(scope(Person, look.night.code))).tuples()
    over = {}
    may_end = look.may_end(term)
    for person, said_on in rows:
        if not look.over(said_on, term) or not (may_end or _is_corrected(look, person)):
            continue  # its events need not be read
        if person not in look.open and (ends := _ends(look, person, said_on, term)):
            over[person] = Over(*ends)
    return _without_roots(look, over)


def _ends(look: Look, person: int, said_on: date, term: str) -> tuple[date, date] | None:
    came = max(said_on, look.events.get(person, said_on))
    if _is_corrected(look, person):
        return None if person in look.untold else look.over(came, term)
    first, last, _ = look.signals.get(person, (said_on, said_on, said_on))
    return look.ends(first, last, came, term)


def _is_corrected(look: Look, person: int) -> bool:
    return look.states.get(person, ("", None))[0] == "corrected"


def _without_roots(look: Look, over: dict[int, Over]) -> Things:
    """Leave out the corrected persons who still have a root; all of them if a system can't be read."""
    corrected = {person for person in over if _is_corrected(look, person)}
    if not corrected:
        return over
    left = corrected if look.standing is None else look.standing
    return {person: ends for person, ends in over.items() if person not in left or person not in corrected}


def _personalia_end(session: Session, _night: Night, persons: Sequence[int]) -> Rows:
    return {"personalia": deleted(session, Personalia, among(Personalia.person_id, persons))}


PERSONALIA = TermKind("personalia", _personalia_due, _personalia_end)
