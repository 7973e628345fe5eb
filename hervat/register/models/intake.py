"""Downloads, and the outcome of each of their rows."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now

SECURED, LOADED, REFUSED, REJECTED, MENDED = "secured", "loaded", "refused", "rejected", "mended"
OPEN, ACCEPTED = "open", "accepted"


class Download(OfMunicipality, Base):
    """A secured original.

    status: secured, validated, loaded, refused (structure), rejected (by a person), mended (corrected by a later file).
    newest_signal, several_groups: the day of its newest signal, and the persons in it with more than one group.
    """

    __tablename__ = "download"
    __table_args__ = (UniqueConstraint("municipality", "digest", "made_on"),)

    source: Mapped[str]
    name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    wet: Mapped[str | None]
    object_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(10), default=SECURED)
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    format_fingerprint: Mapped[str | None]
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_loaded: Mapped[int] = mapped_column(default=0)
    rows_known: Mapped[int] = mapped_column(default=0)
    rows_foreign: Mapped[int] = mapped_column(default=0)
    rows_quarantined: Mapped[int] = mapped_column(default=0)
    rows_unknown_code: Mapped[int] = mapped_column(default=0)
    newest_signal: Mapped[date | None]
    several_groups: Mapped[int | None]
    secured_at: Mapped[datetime] = mapped_column(default=utc_now)
    secured_on: Mapped[date]
    ended_by: Mapped[str | None]
    ended_why: Mapped[str | None]


class Offer(OfMunicipality, Base):
    """A file as a source listed it: the same name, size and time stamp need not be fetched again."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("municipality", "source", "name", "size", "modified"),)

    source: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    modified: Mapped[int]
    download_id: Mapped[int] = mapped_column(ForeignKey("download.id"))


class SightingBlock(Base):
    """Sightings: some good rows of a download with their signals, packed (hervat.intake.signals)."""

    __tablename__ = "sighting_block"

    download_id: Mapped[int] = mapped_column(ForeignKey("download.id"), primary_key=True)
    first_row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class QuarantinedRow(OfMunicipality, Base):
    """A row that failed validation: its place and reason; the content stays in the vault."""

    __tablename__ = "quarantined_row"
    __table_args__ = (UniqueConstraint("download_id", "row"), Index("ix_quarantined_row_status", "status"))

    download_id: Mapped[int] = mapped_column(ForeignKey("download.id"))
    row: Mapped[int]
    reason: Mapped[str]
    code: Mapped[str | None]
    signal_date: Mapped[date | None]
    correction: Mapped[bool]
    since: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default=OPEN)
    ended_by: Mapped[str | None]
    ended_why: Mapped[str | None]


class ForeignRow(Base):
    """A row about another gemeente: not loaded, only a keyed hash of it (HMAC) is kept.

    incident_id: the incident that it belongs to; the same row again belongs to the same one.
    """

    __tablename__ = "foreign_row"

    download_id: Mapped[int] = mapped_column(ForeignKey("download.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_hash: Mapped[str] = mapped_column(index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)


class Incident(OfMunicipality, Base):
    """Something that may be a data breach: a person looks at it. Never deleted (AVG 33(5)).

    kind: foreign_rows (a download holds rows of another gemeente), orphans (a local system holds persons without a
    valid signal: probably another gemeente's, the address problem), or leak (a person reported it); the last two are
    about no download. discovered_at: UTC, from which the 72 hours of AVG 33(1) count. what, categories, persons: what
    a person wrote about it, without names; persons is about how many. opened_by: empty if hervat found it itself.
    """

    __tablename__ = "incident"

    kind: Mapped[str]
    download_id: Mapped[int | None] = mapped_column(ForeignKey("download.id"), unique=True)
    count: Mapped[int]
    opened_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default=OPEN)
    discovered_at: Mapped[datetime] = mapped_column(default=utc_now)
    what: Mapped[str] = mapped_column(default="")
    categories: Mapped[str] = mapped_column(default="")
    persons: Mapped[int | None]
    opened_by: Mapped[str] = mapped_column(default="")


class IncidentStep(OfMunicipality, Base):
    """What a person did about an incident, or hervat told of it: added to, never changed.

    kind: judged (value: the risk), reported (value: the AP's number), told (the persons), not_told (value: the ground,
    a letter of AVG 34(3)), duo_told, closing (by the first of two; value: the risk with which it is closed), closed,
    ended (by itself), alerted (value: hours). at: when it was done, UTC.
    """

    __tablename__ = "incident_step"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    value: Mapped[str] = mapped_column(default="")
    by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)


class ValidationResult(OfMunicipality, Base):
    """The outcome of one expectation on one download, or on none in particular: counts, no values (rule 7)."""

    __tablename__ = "validation_result"

    download_id: Mapped[int | None] = mapped_column(ForeignKey("download.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    suite: Mapped[str]
    expectation: Mapped[str]
    reason: Mapped[str]
    severity: Mapped[str] = mapped_column(String(10))
    element_count: Mapped[int]
    unexpected_count: Mapped[int]
    success: Mapped[bool]
