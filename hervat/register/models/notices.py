"""Disclosures to third parties, notices, and the answers to them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now

DUE, SENT, FAILED = "due", "sent", "failed"
DOUBT, SETTLED = "doubt", "settled"
"""Of an answer: its meaning is in doubt, so a person reads it; a person has recorded its meaning."""
AGAIN = "again"
"""Of a notice: a person asked to send it again, whatever its status was."""


class DisclosedTo(OfMunicipality, Base):
    """A third party received data about a person on a day, under a kenmerk of its own."""

    __tablename__ = "disclosure"
    __table_args__ = (UniqueConstraint("municipality", "party", "key", "reference_key", "provided_on"),)

    system: Mapped[str]
    party: Mapped[str] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    bsn: Mapped[bytes] = mapped_column(LargeBinary)
    reference_key: Mapped[str] = mapped_column(String(64), default="")
    reference: Mapped[bytes | None] = mapped_column(LargeBinary)
    provided_on: Mapped[date]
    captured_on: Mapped[date]


class Notice(OfMunicipality, Base):
    """A notice to a party, or an erasure request to a supplier; its bytes are kept before any attempt (rule 6).

    due_on: the last day by which a supplier is to have erased. refers_to: the notice that this reminds of.
    evidence, erased: from the supplier, when it was done. status failed: the mail server refused it permanently, or it
    came back; `failure` is the code, and it is not tried again before a person says so. message_id: of a mail.
    answer: the last of its recipient: received, done, partly or refused.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("municipality", "number"),)

    audience: Mapped[str] = mapped_column(String(8), default="party")
    party: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(String(12))
    day: Mapped[date]
    persons: Mapped[int]
    unnamed: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(10), default=DUE, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    done_on: Mapped[date | None]
    due_on: Mapped[date | None]
    refers_to: Mapped[str | None]
    evidence: Mapped[str | None]
    erased: Mapped[int | None]
    message_id: Mapped[str | None]
    failure: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Enclosure(Base):
    """A file beside a notice (its letter), kept like the notice itself: the same bytes each time."""

    __tablename__ = "enclosure"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    file_name: Mapped[str] = mapped_column(primary_key=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class Receipt(OfMunicipality, Base):
    """An answer to a notice, as it came. way: folder, sftp or hand; signed: by the party's own certificate.

    day: as the answer says. reason: why refused or only partly done, sealed: it is free text of others.
    sha256: of the file, so that it is stored once.
    """

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("notice_id", "sha256"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    read_on: Mapped[date]
    way: Mapped[str] = mapped_column(String(6))
    signed: Mapped[bool]
    by: Mapped[str]
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Told(Base):
    """A person in a notice: `told` is what the party now believes, by the disclosures until then.

    law: under which service goes on, if it may; None too if an earlier version did not keep it.
    """

    __tablename__ = "told"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    told: Mapped[str] = mapped_column(String(20))
    disclosed_until: Mapped[date | None]
    law: Mapped[str | None] = mapped_column(String(6))
