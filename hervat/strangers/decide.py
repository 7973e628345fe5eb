"""The decision of two persons about a stranger: ours, which counts as seen, or not ours."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Notice, Ownership, Stranger, Told
from hervat.settling import People, last_settled, read_people
from hervat.signing import Matter, Sign, confirmed, is_confirmed

_ACTION = "strangers decide"


def decide(night: Night, person: int, ours: bool, by: str, reason: str, sign: Sign | None = None) -> bool:
    """Record the decision of `by` about a stranger; return True if it counts now, False if it waits for another.

    Two persons must decide the same. A stranger who is not ours is erased and their parties are told so (`not_ours`);
    one who is ours counts as seen. The decision rests on what was known when the municipality was settled last, and
    has that day. sign: their signature, where the municipality has approvers. Raises UsageError for somebody who is not
    a stranger, and as `confirmed` does.
    """
    who = confirmed(night, Matter(_ACTION, f"person {person}", {"ours": ours}), by, reason, sign)
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        if not _is_stranger(session, night, people, person):
            raise UsageError(f"person {person} is not a stranger; `hervat strangers list` shows all")
        first = _first(session, night, person)
        counts = first is not None and first.ours == ours and _counts(session, night, first)
        if first is not None and counts and same(first.by) == same(who.by):
            raise UsageError(f"{first.by} has decided this already; it takes another person too")
        on = min(night.as_of, last_settled(session, night.code) or night.as_of)
        if first is not None and counts:
            first.waits, first.second_by, first.date = False, who.by, on
        else:
            if first is not None:
                session.delete(first)  # they disagree: the last decision starts again
            made = {"ours": ours, "date": on, "by": who.by, "reason": who.reason}
            session.add(Ownership(municipality=night.code, person_id=person, waits=True, **made))
        decision = "ours" if ours else "not ours"
        result = f"{decision}: {who.reason}" if counts else f"{decision}, waits for a second person: {who.reason}"
        night.record(session, "stranger decided", f"person {person}", result, by=who)
    return counts


def _counts(session: Session, night: Night, first: Ownership) -> bool:
    """True if the decision of before counts: with approvers one that was signed."""
    return is_confirmed(session, night, _ACTION, f"person {first.person_id}", first.by)


def _first(session: Session, night: Night, person: int) -> Ownership | None:
    query = select(Ownership).where(
        scope(Ownership, night.code), Ownership.person_id == person, Ownership.waits.is_(True)
    )
    return session.scalars(query).first()


def _is_stranger(session: Session, night: Night, people: People, person: int) -> bool:
    """True if the person was in a system without a valid signal, or left it while parties were told to hold."""
    noted = session.scalars(
        select(Stranger.id).where(scope(Stranger, night.code), Stranger.person_id == person)
    ).first()
    keys = people.silent(people.keys.get(person, ()))
    query = (
        select(Told.key)
        .join(Notice, Notice.id == Told.notice_id)
        .where(scope(Notice, night.code), Notice.audience == "party", Told.key.in_(keys))
    )
    return noted is not None or session.scalars(query).first() is not None
