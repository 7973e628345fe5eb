"""Counts of notices: by kind, unconfirmed, overdue, unsent; and the list of them."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from hervat.notices.obligations import KINDS
from hervat.register import DOUBT, SENT, scope
from hervat.register.models import Identifier, Notice, Receipt
from hervat.register.models import Told as ToldRow
from hervat.settings import Municipality

_CALLED_ABOUT = ("refused", "partly", "failed")
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


def standing(session: Session, code: str, day: date, municipality: Municipality) -> dict[str, int]:
    """Return the counts of notices to parties: by kind, unconfirmed, overdue on `day`, unsent, and to call about.

    unconfirmed: sent, and not confirmed in any way. overdue: so for longer than the party's term for a reminder. To
    call about: refused, done in part, not arrived. A reminder counts by its kind and while it is not sent.
    """
    terms = {party.name: day - timedelta(days=party.remind_after_days) for party in municipality.parties}
    counts = Counter(dict.fromkeys((*KINDS, "unconfirmed", "overdue", "unsent", *_CALLED_ABOUT), 0))
    for kind, party, status, answer, own, waits, sent_on, count in session.execute(_alike(code)):
        late = waits and sent_on is not None and sent_on <= terms.get(party, date.min)
        marks = (kind, waits and "unconfirmed", late and "overdue", status != SENT and "unsent")
        about = (answer, status) if own else ()
        counts.update({str(mark): count for mark in (*marks, *about) if mark in counts})
    return dict(counts)


def _alike(code: str) -> Select[Any]:
    """Select the notices to parties that count alike, and their number; only for those that wait by the day."""
    waits = and_(*open_notices(code))
    notices = (
        select(
            Notice.kind,
            Notice.party,
            Notice.status,
            Notice.answer,
            Notice.refers_to.is_(None).label("own"),
            case((waits, True), else_=False).label("waits"),
            case((waits, Notice.sent_on)).label("sent_on"),
        )
        .where(scope(Notice, code), Notice.audience == "party")
        .subquery()
    )
    return select(*notices.c, func.count()).group_by(*notices.c)


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
