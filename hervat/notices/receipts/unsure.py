"""Answers in doubt, stored at their notices until a person records the answer, or a later answer is clear.

An answer in doubt confirms nothing: the notice stays unanswered and gets reminders. It is a row among the answers with
a status of its own; its reason holds the code of the doubt (doubt.py) and a safe form of the file's name.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hervat import journal
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.notices.receipts.confirmation import Confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.named import named
from hervat.notices.recipients import Recipient
from hervat.register import DOUBT, SETTLED, scope
from hervat.register.models import Notice, Receipt


@dataclass(frozen=True)
class Unsure:
    """An answer that waits for a person: recipient, notice, why (a code), and its file ('?': not kept)."""

    audience: str
    party: str
    number: str
    why: str
    file: str

    @property
    def recipient(self) -> str:
        """The recipient, as errors name it."""
        return f"party {self.party}" if self.audience == "party" else f"supplier of {self.party}"


def day_in_doubt(night: Night, notice: Notice, said: Confirmation) -> str | None:
    """Return the code of a doubt about a clear answer: an impossible day, or too few persons; None if there is none."""
    if said.day > night.as_of + timedelta(days=1):
        return "future_day"
    if said.day < notice.day:
        return "day_before_notice"
    fewer = said.status == "done" and said.erased is not None and said.erased < notice.persons
    return "fewer_erased" if fewer else None


def note_doubts(
    session: Session,
    night: Night,
    recipient: Recipient,
    notices: dict[str, Notice],
    doubts: Iterable[tuple[str, Doubt]],
    way: str,
) -> tuple[Counter[str], list[str]]:
    """Store doubts, each with the name of its file; return counts, and the files about no notice of this recipient."""
    counts, strange = Counter[str](), []
    for file, doubt in doubts:
        mine = [notices[number] for number in doubt.numbers if number in notices]
        for notice in mine:
            about = notices.get(notice.refers_to or "", notice)  # a reminder is answered for its request
            counts["doubt"] += _note(session, night, recipient, about, doubt, file, way)
        if not mine:
            counts["garbage"] += 1
            strange.append(file)
    return counts, strange


def _note(
    session: Session, night: Night, recipient: Recipient, notice: Notice, doubt: Doubt, file: str, way: str
) -> bool:
    """Store one doubt, once; return True if it still waits for a person."""
    known = select(Receipt.status).where(Receipt.notice_id == notice.id, Receipt.sha256 == doubt.sha256)
    if (status := session.scalars(known).first()) is not None:
        return status == DOUBT
    reason = f"{doubt.why} {named(file)}"
    session.add(
        Receipt(
            municipality=night.code, notice_id=notice.id, status=DOUBT, day=min(doubt.day, night.as_of),
            read_on=night.as_of, way=way, signed=doubt.signed, by=str(recipient),
            reason=night.keyring.seal(reason.encode(), "receipt"), sha256=doubt.sha256,
        )
    )  # fmt: skip
    session.flush()
    journal.record(
        session, night.code, night.actor, "answer in doubt", notice.number, doubt.why, night.origin, night.acting
    )
    return True


def settle(session: Session, notice: Notice, before: date | None = None) -> None:
    """End the doubts at a notice: a person recorded the answer, or (before a day) a later answer is clear."""
    earlier = () if before is None else (Receipt.day < before,)
    session.execute(
        update(Receipt)
        .where(Receipt.notice_id == notice.id, Receipt.status == DOUBT, *earlier)
        .values(status=SETTLED)
        .execution_options(synchronize_session="fetch")
    )


def forget_doubt(session: Session, notice: Notice, sha256: str) -> None:
    """Delete the doubt about a file that is clear by now: its day has come."""
    rows = select(Receipt).where(Receipt.notice_id == notice.id, Receipt.sha256 == sha256, Receipt.status == DOUBT)
    for row in session.scalars(rows):
        session.delete(row)
    session.flush()


def unsure(session: Session, night: Night) -> list[Unsure]:
    """Return the answers that wait for a person."""
    rows = session.execute(
        select(Notice.audience, Notice.party, Notice.number, Receipt.reason)
        .join(Notice, Notice.id == Receipt.notice_id)
        .where(scope(Receipt, night.code), Receipt.status == DOUBT)
        .order_by(Notice.id, Receipt.id)
    )
    return [
        Unsure(audience, party, number, *_why_and_file(night.keyring, reason))
        for audience, party, number, reason in rows.tuples()
    ]


def _why_and_file(keyring: Keyring, reason: bytes | None) -> tuple[str, str]:
    text = keyring.open(reason, "receipt").decode() if reason else "? '?'"
    why, _, file = text.partition(" ")
    return why, file
