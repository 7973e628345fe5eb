"""Record answers at their notices. Received and done are kept apart: a notice that came in need not be acted on."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from hervat.attribution import Signed
from hervat.night import Night
from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.file import ReceiptRead
from hervat.notices.receipts.statuses import STATUSES
from hervat.notices.receipts.unsure import day_in_doubt, forget_doubt, settle
from hervat.notices.recipients import Recipient
from hervat.register import FAILED, SENT, scope
from hervat.register.models import Notice, Receipt

Tally = Counter[str]
"""Counts of answers: new, late (new, after the term), unknown (no such notice of this recipient), double, bounced."""


def record_all(
    session: Session,
    night: Night,
    recipient: Recipient,
    read: Iterable[ReceiptRead],
    way: str,
    by: Signed | None = None,
) -> Tally:
    """Record each answer at its notice, the earliest day first. by: who recorded it, for an answer by hand."""
    notices, counts = notices_of(session, night.code, recipient), Counter[str]()
    seen: set[tuple[str, str]] = set()
    for receipt in sorted(read, key=_order):
        notice, answer = notices.get(receipt.said.number), (receipt.said.number, receipt.said.status)
        if notice is None or answer in seen:
            counts["unknown" if notice is None else "double"] += 1
            continue
        seen.add(answer)
        forget_doubt(session, notice, receipt.sha256)
        if notice.refers_to in notices:  # a reminder is answered for its request
            _note(session, night, recipient, notices[notice.refers_to], receipt, way, by)
        if _note(session, night, recipient, notice, receipt, way, by):
            counts.update(new=1, late=_late(recipient, notice, receipt.said))
    return counts


def _order(receipt: ReceiptRead) -> tuple[date, str, int]:
    return receipt.said.day, receipt.said.number, STATUSES.index(receipt.said.status)


def in_doubt(session: Session, night: Night, recipient: Recipient, receipt: ReceiptRead) -> Doubt | None:
    """Return the doubt about a clear answer with an impossible day, or fewer persons than requested; else None."""
    notices = notices_of(session, night.code, recipient)
    notice = notices.get(receipt.said.number)
    about = notices.get(notice.refers_to or "", notice) if notice else None  # a reminder is answered for its request
    why = day_in_doubt(night, about, receipt.said) if about else None
    return Doubt((receipt.said.number,), why, receipt.said.day, receipt.signed, receipt.sha256) if why else None


def record_bounces(session: Session, night: Night, recipient: Recipient, bounces: Iterable[Bounce]) -> Tally:
    """Record permanent bounces: nothing more is sent to this party before a person acts."""
    notices, counts = notices_of(session, night.code, recipient), Counter[str]()
    for bounce in bounces:
        notice = notices.get(bounce.number or "")
        if notice is None:
            counts["unknown"] += 1
        elif bounce.final and notice.status == SENT and notice.received_on is None and notice.failure != bounce.code:
            notice.status, notice.failure = FAILED, bounce.code
            counts["bounced"] += 1
            night.record(session, "notice came back", notice.number, bounce.code)
    return counts


def notices_of(session: Session, code: str, recipient: Recipient) -> dict[str, Notice]:
    """Return number -> notice of one recipient: it can't answer for another."""
    rows = session.scalars(
        select(Notice)
        .options(defer(Notice.payload))
        .where(scope(Notice, code), Notice.audience == recipient.audience, Notice.party == recipient.name)
    )
    return {notice.number: notice for notice in rows}


def _late(recipient: Recipient, notice: Notice, said: Confirmation) -> int:
    term = recipient.party.remind_after_days if recipient.party else None
    return int(bool(term and notice.sent_on and said.day > notice.sent_on + timedelta(days=term)))


def _note(
    session: Session,
    night: Night,
    recipient: Recipient,
    notice: Notice,
    receipt: ReceiptRead,
    way: str,
    by: Signed | None,
) -> bool:
    """Store an answer; return True if it changes its notice."""
    known = select(Receipt.id).where(Receipt.notice_id == notice.id, Receipt.sha256 == receipt.sha256)
    if session.scalars(known).first() is not None:
        return False
    said, who = receipt.said, by.by if by else str(recipient)
    reason = night.keyring.seal(said.reason.encode(), "receipt") if said.reason else None
    session.add(
        Receipt(
            municipality=night.code, notice_id=notice.id, status=said.status, day=said.day, read_on=night.as_of,
            way=way, signed=receipt.signed, by=who, reason=reason, sha256=receipt.sha256,
        )
    )  # fmt: skip
    session.flush()
    settle(session, notice, None if by else said.day)
    if not _changes(session, notice, said):
        return False
    result = f"{said.status} by {who} on {said.day}{', signed' if receipt.signed else ''}"
    night.record(session, "confirmation", notice.number, result, by=by)
    return True


def _changes(session: Session, notice: Notice, said: Confirmation) -> bool:
    """Update a notice; return True if anything changed. Any answer means that it was received.

    A recipient that said done and later refuses, or did only a part, has not certainly done it.
    """
    before = (notice.received_on, notice.done_on, notice.answer)
    if said.status == "done":
        notice.evidence, notice.erased = notice.evidence or said.evidence, notice.erased or said.erased
        notice.done_on = notice.done_on or said.day
    notice.received_on = notice.received_on or said.day
    notice.answer = _last(session, notice)
    if notice.answer in ("refused", "partly"):
        notice.done_on = None
    return before != (notice.received_on, notice.done_on, notice.answer)


def _last(session: Session, notice: Notice) -> str:
    """Return the last answer: of the latest day, and of one day the last in STATUSES."""
    counting = Receipt.notice_id == notice.id, Receipt.status.in_(STATUSES)
    rows = session.execute(select(Receipt.day, Receipt.status).where(*counting))
    return max(rows.tuples(), key=lambda row: (row[0], STATUSES.index(row[1])))[1]
