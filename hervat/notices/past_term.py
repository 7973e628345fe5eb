"""Disclosures past their term that a local system still shows: they are not captured again after their destruction."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import Decision, Identifier, PersonState, SignalRow
from hervat.settings import end_of

DisclosureKey = tuple[str, str, str, date]
"""Party, key of the person, key of the reference, day."""
R = TypeVar("R")


def past_term(session: Session, night: Night, rows: Mapping[DisclosureKey, R]) -> dict[DisclosureKey, R]:
    """Return the rows without those past the term of `disclosure`, if nothing new is known about their person.

    Their round is closed and the term over since. When a signal, a state or a decision about the person is newer than
    that, the disclosure counts again: the party must hear of it.
    """
    term = night.settings.retention.term("disclosure")
    old = {key for key in rows if term and _is_over(night, key[-1], term)}
    if not old or term is None:
        return dict(rows)
    events = _events(session, night.code, {key for _, key, _, _ in old})
    return {
        key: row
        for key, row in rows.items()
        if key not in old or (key[1] in events and end_of(events[key[1]], term) > night.as_of)
    }


def _is_over(night: Night, day: date, term: str) -> bool:
    if day <= date.min + timedelta(days=1):  # it has no day, so it counts from its capture
        return False
    closed = night.rounds.closed_after(day, day)
    return closed is not None and end_of(max(closed, day), term) <= night.as_of


def _events(session: Session, code: str, keys: set[str]) -> dict[str, date]:
    """Return BSN pseudonym -> the last day on which something was learned about the person."""
    owned = select(Identifier.pseudonym, Identifier.person_id).where(
        scope(Identifier, code), among(Identifier.pseudonym, keys)
    )
    owner = dict(session.execute(owned).tuples().all())
    days: dict[int, date] = {}
    for model, day in ((SignalRow, SignalRow.last_seen), (PersonState, PersonState.since), (Decision, Decision.date)):
        query = select(model.person_id, func.max(day)).where(among(model.person_id, set(owner.values())))
        for person, last in session.execute(query.group_by(model.person_id)).tuples():
            days[person] = max(last, days.get(person, last))
    return {key: days[person] for key, person in owner.items() if person in days}
