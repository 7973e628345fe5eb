"""Holds: persons whose data is not erased, for a restriction of processing (AVG 18) or an objection (AVG 21)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.plural import plural
from hervat.register import scope
from hervat.register.models import Hold

GROUNDS = ("18", "21")
"""The articles of the AVG on which a person may be on hold."""


@dataclass(frozen=True)
class PersonHold:
    """A hold that counts. until: its last day, None for no last day.

    unconfirmed: a second person must confirm it; it counts all the same. releasing: its release waits for a second one.
    """

    ground: str
    until: date | None
    unconfirmed: bool
    releasing: bool


def holds_on(session: Session, code: str, day: date) -> dict[int, Sequence[PersonHold]]:
    """Return person id -> the holds that count on a day.

    One that waits for its second person counts: nothing irreversible happens meanwhile. A release counts after two.
    """
    holds: defaultdict[int, list[PersonHold]] = defaultdict(list)
    query = select(Hold).where(scope(Hold, code), counts_on(day)).order_by(Hold.id)
    for row in session.scalars(query):
        holds[row.person_id].append(PersonHold(row.ground, row.until, row.second_by is None, row.ended_by is not None))
    return dict(holds)


def counts_on(day: date) -> ColumnElement[bool]:
    """SQL condition: a hold counts on this day."""
    return and_(Hold.ended_on.is_(None), or_(Hold.until.is_(None), Hold.until >= day))


def waiting_holds(session: Session, code: str, day: date) -> int:
    """Return the number of holds of which the begin or the release waits for a second person."""
    waits = or_(Hold.second_by.is_(None), Hold.ended_by.is_not(None))
    return session.scalar(select(func.count()).where(scope(Hold, code), counts_on(day), waits)) or 0


def end_passed(session: Session, night: Night) -> None:
    """End the holds whose last day has passed; each is journalled, and their number is in the night's attention."""
    query = select(Hold).where(scope(Hold, night.code), Hold.ended_on.is_(None), Hold.until < night.as_of)
    passed = session.scalars(query.order_by(Hold.id)).all()
    for row in passed:
        row.ended_on = night.as_of
        night.record(session, "person released", f"person {row.person_id}", f"the hold was until {row.until}")
    if passed:
        night.attention.append(
            plural(
                len(passed), "hold of a person has passed its last day", "holds of persons have passed their last day"
            )
        )
