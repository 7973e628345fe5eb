"""Counts of notices: by kind, unconfirmed, overdue, unsent; and the list of them."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hervat.notices.obligations import KINDS
from hervat.register import DOUBT, SENT, scope
from hervat.register.models import Identifier, Notice, Receipt
from hervat.register.models import Told as ToldRow
from hervat.settings import Municipality

_LISTED = (
    "number",
    "audience",
    "party",
    "kind",
    "day",
    "persons",
    "status",
    "attempts",
    "sent_on",
    "received_on",
    "done_on",
    "due_on",
    "refers_to",
    "erased",
    "evidence",
    "answer",
    "failure",
)


def unconfirmed(session: Session, code: str) -> int:
    """Return the number of notices to parties that were sent and are not confirmed in any way."""
    return session.scalar(select(func.count()).where(*open_notices(code))) or 0


def overdue(session: Session, municipality: Municipality, day: date) -> dict[str, int]:
    """Return party -> number of notices that on `day` are unconfirmed for longer than the term for a reminder."""
    counts = {}
    for party in municipality.parties:
        since = day - timedelta(days=party.remind_after_days)
        late = select(func.count()).where(
            *open_notices(municipality.code), Notice.party == party.name, Notice.sent_on <= since
        )
        counts[party.name] = session.scalar(late) or 0
    return {name: count for name, count in counts.items() if count}


def standing(session: Session, code: str, day: date, municipality: Municipality) -> dict[str, int]:
    """Return the counts of notices to parties: by kind, unconfirmed, overdue on `day`, unsent, and to call about."""
    rows = session.execute(
        select(Notice.kind, func.count()).where(scope(Notice, code), Notice.audience == "party").group_by(Notice.kind)
    )
    kinds = Counter(dict(rows.tuples().all()))
    unsent = select(func.count()).where(scope(Notice, code), Notice.audience == "party", Notice.status != SENT)
    return {
        **{kind: kinds[kind] for kind in KINDS},
        "unconfirmed": unconfirmed(session, code),
        "overdue": sum(overdue(session, municipality, day).values()),
        "unsent": session.scalar(unsent) or 0,
        **_to_call_about(session, code),
    }


def _to_call_about(session: Session, code: str) -> dict[str, int]:
    """Return the counts of notices to parties that a person calls about: refused, done in part, not arrived."""
    rows = session.execute(
        select(Notice.answer, Notice.status, func.count())
        .where(scope(Notice, code), Notice.audience == "party", Notice.refers_to.is_(None))
        .group_by(Notice.answer, Notice.status)
    )
    counts: Counter[str] = Counter(refused=0, partly=0, failed=0)
    for answer, status, count in rows:
        counts.update({str(reason): count for reason in (answer, status) if reason in counts})
    return dict(counts)


def listed(session: Session, code: str) -> list[dict[str, Any]]:
    """Return every notice and request: number, recipient, kind, day, a count of persons, and its course.

    unsure: the number of answers to it that a person must read.
    """
    query = select(Notice).where(scope(Notice, code)).order_by(Notice.id)
    unread = _unread(session, code)
    return [
        {**{name: getattr(notice, name) for name in _LISTED}, "unsure": unread.get(notice.id, 0)}
        for notice in session.scalars(query)
    ]


def _unread(session: Session, code: str) -> dict[int, int]:
    """Return notice -> number of answers to it that a person must read."""
    rows = session.execute(
        select(Receipt.notice_id, func.count())
        .where(scope(Receipt, code), Receipt.status == DOUBT)
        .group_by(Receipt.notice_id)
    )
    return dict(rows.tuples().all())


def unconfirmed_suppliers(session: Session, code: str) -> dict[str, int]:
    """Return system -> number of persons whose last erasure request the supplier has not confirmed as done."""
    rows = session.execute(
        select(Notice.party, ToldRow.key, Identifier.person_id, Notice.done_on)
        .join(Notice, Notice.id == ToldRow.notice_id)
        .outerjoin(
            Identifier,
            (Identifier.pseudonym == ToldRow.key) & (scope(Identifier, code)) & (Identifier.kind == "bsn"),
        )
        .where(scope(Notice, code), Notice.audience == "supplier")
        .order_by(Notice.id)
    )
    last = {(system, key): (person or key, done_on) for system, key, person, done_on in rows}
    waiting = {(system, person) for (system, _), (person, done_on) in last.items() if done_on is None}
    return dict(sorted(Counter(system for system, _ in waiting).items()))


def supplier_terms(session: Session, code: str, system: str, day: date) -> tuple[date | None, int]:
    """Return the earliest last day of a supplier's open requests, and the number that is past it on `day`."""
    query = select(Notice.due_on).where(
        scope(Notice, code),
        Notice.audience == "supplier",
        Notice.party == system,
        Notice.refers_to.is_(None),
        Notice.done_on.is_(None),
        Notice.due_on.is_not(None),
    )
    days = [due_on for due_on in session.scalars(query) if due_on]
    return min(days, default=None), sum(due_on < day for due_on in days)


def open_notices(code: str) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: a notice to a party that was sent and got no answer at all. No reminder."""
    return (
        scope(Notice, code),
        Notice.audience == "party",
        Notice.refers_to.is_(None),
        Notice.status == SENT,
        Notice.received_on.is_(None),
        Notice.done_on.is_(None),
    )
