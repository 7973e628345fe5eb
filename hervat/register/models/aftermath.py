"""After a cleaning: persons seen again, shared rows that were left, persons who were re-entered."""

from datetime import date

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality

SHARED, STRANDED = "shared", "stranded"


class Reappearance(OfMunicipality, Base):
    """A person who was cleaned in a system and seen there again; `seen_on` is the first night of it.

    ended_on: the night on which the person was cleaned again, or was gone without that.
    """

    __tablename__ = "reappearance"

    system: Mapped[str]
    key: Mapped[str] = mapped_column(String(64), index=True)
    cleaned_on: Mapped[date]
    seen_on: Mapped[date]
    ended_on: Mapped[date | None]


class SharedRow(OfMunicipality, Base):
    """A row that an erasure reached and left, for it has another holder: its table, and its primary key, sealed.

    mark: the keyed pseudonym of table and key. state, as of `looked_on`: shared, or stranded (nobody holds it now).
    """

    __tablename__ = "shared_row"
    __table_args__ = (UniqueConstraint("municipality", "system", "mark"),)

    system: Mapped[str]
    place: Mapped[str]
    mark: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=SHARED)
    looked_on: Mapped[date]


class Refilled(OfMunicipality, Base):
    """A person reported that somebody was re-entered in a supplier's system, which hervat can't read.

    day: of the erasure after which it was done.
    """

    __tablename__ = "refilled"

    system: Mapped[str]
    key: Mapped[str] = mapped_column(String(64), index=True)
    by: Mapped[str]
    day: Mapped[date]
