"""Name and date of birth: of corrected persons first, as nobody needs them once the correction is done everywhere."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import Person, Personalia
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted


def _due(look: Look, term: str) -> Things:
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


def _end(session: Session, _night: Night, persons: Sequence[int]) -> Rows:
    return {"personalia": deleted(session, Personalia, among(Personalia.person_id, persons))}


PERSONALIA = TermKind("personalia", _due, _end)
