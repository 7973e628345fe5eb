"""Persons who are ended: the agreement to it, and what was ended. No row leads to a person who is gone."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now


class Forgetting(OfMunicipality, Base):
    """The agreement to end a person, until it is done; its row goes with the person.

    number: of the person; null for who is in no row of `person`. mark: keyed, of all their numbers. basis: a digest of
    what was to be destroyed when the first agreed. decided_on: a second person agreed; the next call finishes it.
    """

    __tablename__ = "forgetting"

    number: Mapped[int | None] = mapped_column(index=True)
    mark: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str]
    first_by: Mapped[str]
    first_why: Mapped[str]
    second_by: Mapped[str | None]
    second_why: Mapped[str | None]
    decided_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Forgotten(OfMunicipality, Base):
    """Persons were ended here. last_number: the highest of their numbers, which is given to nobody again.

    tombstone: the id of its line in the vault's manifest, "" if it has none; a register that lacks the row of a
    tombstone is older than it.
    """

    __tablename__ = "forgotten"

    tombstone: Mapped[str] = mapped_column(String(32), default="", index=True)
    persons: Mapped[int]
    last_number: Mapped[int | None]
    ended_on: Mapped[date]
