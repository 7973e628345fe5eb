"""Answers of caseworkers on a worklist: the files that were read, and each answer about a person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now


class AnswerFile(OfMunicipality, Base):
    """A filled-in worklist, known by its hash. made_at: its time stamp, in Dutch time; the later file counts.

    reason: why it was refused whole. refused: (row, reason) of refused rows. present: it is still in the folder.
    """

    __tablename__ = "answer_file"
    __table_args__ = (UniqueConstraint("municipality", "sha256"),)

    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    read_on: Mapped[date]
    reason: Mapped[str | None]
    refused: Mapped[list[Any]] = mapped_column(JSON)
    present: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Answer(OfMunicipality, Base):
    """The answers in one row about a person; null: not answered. `sealed`: who answered, and the remark.

    no_notification: the person got no kennisgeving.
    """

    __tablename__ = "answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("answer_file.id"), index=True)
    row: Mapped[int]
    letter: Mapped[str | None] = mapped_column(String(16))
    notification: Mapped[date | None]
    no_notification: Mapped[bool] = mapped_column(default=False)
    spoken: Mapped[date | None]
    help: Mapped[str | None] = mapped_column(String(3))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
