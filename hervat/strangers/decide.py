"""What two persons decide about a stranger: he is the gemeente's, which counts as seen, or he is not."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import signed
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Notice, Ownership, Stranger, Told
from hervat.settling import People, last_settled, read_people


def decide(night: Night, person: int, ours: bool, by: str, reason: str) -> bool:
    """Record what `by` says of a stranger; return whether it counts now, or (False) waits for a second person.

    Two persons must say the same. Who is not the gemeente's is erased where he stands and his parties are told so
    (`not_ours`); who is counts as seen. It rests on what was known when the municipality was settled last, and that is
    its day. Raises UsageError for somebody who is no stranger.
    """
    who = signed(by, reason)
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        if not _is_stranger(session, night, people, person):
            raise UsageError(f"person {person} is no stranger; `hervat strangers list` shows who are")
        first = _first(session, night, person)
        counts = first is not None and first.ours == ours
        if first is not None and counts and same(first.by) == same(who.by):
            raise UsageError(f"{first.by} has decided this already; it takes another person too")
        on = min(night.as_of, last_settled(session, night.code) or night.as_of)
        if first is not None and counts:
            first.waits, first.second_by, first.date = False, who.by, on
        else:
            if first is not None:
                session.delete(first)  # they do not agree: it begins anew with what was said last
            made = {"ours": ours, "date": on, "by": who.by, "reason": who.reason}
            session.add(Ownership(municipality=night.code, person_id=person, waits=True, **made))
        said = "ours" if ours else "not ours"
        result = f"{said}: {who.reason}" if counts else f"{said}, waits for a second person: {who.reason}"
        night.record(session, "stranger decided", f"person {person}", result, by=who)
    return counts


def _first(session: Session, night: Night, person: int) -> Ownership | None:
    query = select(Ownership).where(
        scope(Ownership, night.code), Ownership.person_id == person, Ownership.waits.is_(True)
    )
    return session.scalars(query).first()


def _is_stranger(session: Session, night: Night, people: People, person: int) -> bool:
    """Say whether he stood in a system without a valid signal, or left it while his parties were told to hold."""
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
