"""Settle all persons of a municipality for a day, and store the changed states."""

from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.errors import UsageError
from hervat.night import Counts, Night
from hervat.register import scope
from hervat.register.models import PersonState, SettledDay
from hervat.rules import Verdict
from hervat.settling.holds import end_passed
from hervat.settling.people import People
from hervat.settling.people_once import people_now
from hervat.today import today


def last_settled(session: Session, municipality: str) -> date | None:
    """Return the last day on which a municipality was settled."""
    return session.scalars(select(SettledDay.day).where(scope(SettledDay, municipality))).first()


def refuse_earlier(night: Night) -> None:
    """Raise UsageError if the night is before the last settled day: states can't be undone.

    A last settled day in the future is an error of an earlier version; it stops no night.
    """
    with night.register.session() as session:
        last = last_settled(session, night.code)
    if last and night.as_of < min(last, today()):
        raise UsageError(
            f"{night.code} was settled for {last} already; a run for {night.as_of} is refused"
            " (`hervat status --as-of` may look back)"
        )


def settle(night: Night) -> Counts:
    """Settle all persons for the night's day, and end the holds whose last day has passed.

    Counts: persons in each state, reinstated ones on top.
    """
    with night.register.session() as session:
        end_passed(session, night)
        people = people_now(session, night)
        changed = _write(session, night, people)
        session.merge(SettledDay(municipality=night.code, day=night.as_of))
        message = f"{changed} of {len(people.verdicts)} persons changed"
        if changed:
            night.record(session, "settled", str(night.as_of), message)
    night.log(f"settled {night.as_of}: {message}")
    return {"persons": people.counts()}


def _write(session: Session, night: Night, people: People) -> int:
    rows = session.execute(select(PersonState.__table__).where(scope(PersonState, night.code)))
    old = {row.person_id: row for row in rows}
    fresh, changes = [], []
    for person, verdict in people.verdicts.items():
        before = old.pop(person, None)
        values = {**_values(verdict), "day": night.as_of}
        if before is None:
            fresh.append({**values, "municipality": night.code, "person_id": person, "since": night.as_of})
        elif any(getattr(before, name) != value for name, value in values.items() if name != "day"):
            since = before.since if before.state == verdict.state else night.as_of
            changes.append({**values, "id": before.id, "since": since})
    if fresh:
        session.execute(insert(PersonState), fresh)
    if changes:
        session.execute(update(PersonState), changes)
    if old:
        session.execute(delete(PersonState).where(PersonState.id.in_([row.id for row in old.values()])))
    return len(fresh) + len(changes)


def _values(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "doelgroep": verdict.group,
        "reinstated": verdict.reinstated,
        "held": verdict.held,
        "resumed": verdict.resumed,
        "unknown_group": verdict.unknown_group,
        "law": verdict.law,
    }
