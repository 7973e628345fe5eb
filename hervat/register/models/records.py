"""Records of hervat's own work: runs, the journal, deliveries and accepted reasons."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now


class Run(OfMunicipality, Base):
    """One run of a night; `ended_at` stays empty if it was killed."""

    __tablename__ = "run"

    as_of: Mapped[date]
    shadow: Mapped[bool]
    steps: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    exit_status: Mapped[int | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class KeyCheck(Base):
    """The check value of a municipality's keys: other keys are refused before anything is written."""

    __tablename__ = "key_check"

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(64))


class JournalLine(Base):
    """A line of the journal: who did what to which thing, with what result; `hash` chains it to the previous line.

    version: what `hash` is over (hervat.journal); empty in lines of before 0015, and so is what follows it. account,
    host, command: of the machine, beside the name. run: the row of `run` and the step, within a night.
    """

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    result: Mapped[str]
    origin: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int | None]
    account: Mapped[str | None]
    host: Mapped[str | None]
    command: Mapped[str | None]
    run: Mapped[int | None]
    step: Mapped[str | None]


class Delivery(OfMunicipality, Base):
    """A CBS delivery that was written, and the portal's receipt when a person has uploaded it.

    proof: what the gate checked, when, with which counts. figures: counts of its records, with which the next delivery
    is compared. corrects: the digest of the delivery that it corrects, and why; changes: counts of changes. remembers:
    true if its persons are stored (`DeliveryBlock`); an older hervat did not store them.
    """

    __tablename__ = "delivery"

    quarter: Mapped[str] = mapped_column(String(6))
    records: Mapped[int]
    digest: Mapped[str]
    gate: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    receipt: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    confirmed_on: Mapped[date | None]
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    corrects: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    remembers: Mapped[bool] = mapped_column(default=False)


class DeliveryBlock(OfMunicipality, Base):
    """Some of the persons in a delivery: their BSN pseudonyms, sealed together (delivery.gate.delivered_persons)."""

    __tablename__ = "delivery_block"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Acceptance(OfMunicipality, Base):
    """One person accepts one reason of the gate, for the persons or things it held at that moment (sealed)."""

    __tablename__ = "acceptance"
    __table_args__ = (UniqueConstraint("municipality", "quarter", "code", "by"),)

    quarter: Mapped[str] = mapped_column(String(6))
    code: Mapped[str]
    by: Mapped[str]
    reason: Mapped[str]
    members: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Destruction(OfMunicipality, Base):
    """An object of the vault to destroy: proposed by one person, decided by a second, done.

    batch: the objects decided together; it names the verklaring van vernietiging. ends_on: the end of its term.
    because: selektielijst and ground of the term, as configured.
    """

    __tablename__ = "destruction"
    __table_args__ = (UniqueConstraint("object_id"),)

    object_id: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    secured_on: Mapped[date]
    ends_on: Mapped[date]
    term: Mapped[str]
    first_by: Mapped[str]
    first_why: Mapped[str]
    second_by: Mapped[str | None]
    second_why: Mapped[str | None]
    batch: Mapped[str | None] = mapped_column(index=True)
    decided_on: Mapped[date | None]
    done_on: Mapped[date | None]
    because: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Retired(OfMunicipality, Base):
    """Things of one kind that are destroyed together: proposed by one person, decided by a second, done.

    members: the numbers of the things, packed, until it is done; count and set_hash stay. rows: table -> rows that
    were deleted or emptied. oldest: the earliest day from which a term counted; ends_on: the earliest end of a term.
    because: selektielijst and ground of the term, as configured.
    """

    __tablename__ = "retired"

    kind: Mapped[str] = mapped_column(String(12))
    count: Mapped[int]
    set_hash: Mapped[str] = mapped_column(String(64))
    members: Mapped[bytes | None] = mapped_column(LargeBinary)
    term: Mapped[str]
    because: Mapped[str]
    oldest: Mapped[date]
    ends_on: Mapped[date]
    first_by: Mapped[str]
    first_why: Mapped[str]
    agreed_on: Mapped[date]
    second_by: Mapped[str | None]
    second_why: Mapped[str | None]
    batch: Mapped[str | None] = mapped_column(index=True)
    rows: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    decided_on: Mapped[date | None]
    done_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Signature(OfMunicipality, Base):
    """A person's signature (armored) over a decision, verified when it was made and again by `hervat verify`.

    thing: what it is about, as in the journal. role: in which it was made (hervat.signing). content: what was decided,
    as canonical JSON without personal data; digest: its SHA-256, part of the text that was signed. at: when it was
    verified, before what it decides was written.
    """

    __tablename__ = "signature"

    action: Mapped[str]
    thing: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    by: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    fingerprint: Mapped[str]
    signature: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
