"""What stands of all notices: how many of each kind, how many unconfirmed, how many of these too long."""

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
    """Return how many notices to parties were sent and are not confirmed in any way."""
    return session.scalar(select(func.count()).where(*open_notices(code))) or 0


def overdue(session: Session, municipality: Municipality, day: date) -> dict[str, int]:
    """Return, for each party to be reminded on `day`, how many of its notices stay unconfirmed for too long."""
    found = {}
    for party in municipality.parties:
        since = day - timedelta(days=party.remind_after_days)
        late = select(func.count()).where(
            *open_notices(municipality.code), Notice.party == party.name, Notice.sent_on <= since
        )
        found[party.name] = session.scalar(late) or 0
    return {name: count for name, count in found.items() if count}


def standing(session: Session, code: str, day: date, municipality: Municipality) -> dict[str, int]:
    """Return the notices to parties that stand: by kind, unconfirmed, overdue on `day`, and unsent."""
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
    """Return how many notices to parties were refused, done only in part, or did not arrive: a person acts."""
    rows = session.execute(
        select(Notice.answer, Notice.status, func.count())
        .where(scope(Notice, code), Notice.audience == "party", Notice.refers_to.is_(None))
        .group_by(Notice.answer, Notice.status)
    )
    found: Counter[str] = Counter(refused=0, partly=0, failed=0)
    for answer, status, count in rows:
        found.update({str(what): count for what in (answer, status) if what in found})
    return dict(found)


def listed(session: Session, code: str) -> list[dict[str, Any]]:
    """Return every notice and request: number, to whom, kind, day, a count of persons, and how far it got.

    unsure: how many answers to it a person must read.
    """
    wanted = select(Notice).where(scope(Notice, code)).order_by(Notice.id)
    waiting = _unread(session, code)
    return [
        {**{name: getattr(notice, name) for name in _LISTED}, "unsure": waiting.get(notice.id, 0)}
        for notice in session.scalars(wanted)
    ]


def _unread(session: Session, code: str) -> dict[int, int]:
    """Return notice -> how many answers to it a person must read."""
    rows = session.execute(
        select(Receipt.notice_id, func.count())
        .where(scope(Receipt, code), Receipt.status == DOUBT)
        .group_by(Receipt.notice_id)
    )
    return dict(rows.tuples().all())


def unconfirmed_suppliers(session: Session, code: str) -> dict[str, int]:
    """Return system -> persons whose last erasure request its supplier has not confirmed as done."""
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
    """Return the earliest last day of a supplier's open requests, and how many of them are past theirs on `day`."""
    wanted = select(Notice.due_on).where(
        scope(Notice, code),
        Notice.audience == "supplier",
        Notice.party == system,
        Notice.refers_to.is_(None),
        Notice.done_on.is_(None),
        Notice.due_on.is_not(None),
    )
    found = [due_on for due_on in session.scalars(wanted) if due_on]
    return min(found, default=None), sum(due_on < day for due_on in found)


def open_notices(code: str) -> tuple[ColumnElement[bool], ...]:
    """Return what selects the notices to parties that were sent and got no answer at all; reminders apart."""
    return (
        scope(Notice, code),
        Notice.audience == "party",
        Notice.refers_to.is_(None),
        Notice.status == SENT,
        Notice.received_on.is_(None),
        Notice.done_on.is_(None),
    )
