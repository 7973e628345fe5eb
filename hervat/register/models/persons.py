"""Persons, their signals, the decisions about them, and their states. BSNs are encrypted (rule 8)."""

from datetime import date as Day
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now


class Person(OfMunicipality, Base):
    """A person: all rows that share a BSN or a V-nummer."""

    __tablename__ = "person"


class Identifier(Base):
    """A BSN or V-nummer of a person: sealed, and found by its pseudonym. As long as signals, so as bare."""

    __tablename__ = "identifier"
    __table_args__ = (UniqueConstraint("municipality", "kind", "pseudonym"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    municipality: Mapped[str] = mapped_column(String(4))
    kind: Mapped[str] = mapped_column(String(3))
    pseudonym: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(index=True)


class Personalia(Base):
    """Name and date of birth of a person, sealed, from the newest download (`said_on`)."""

    __tablename__ = "personalia"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    said_on: Mapped[Day]


class SignalRow(Base):
    """A signal about a person; `last_seen` is the latest date of making of the downloads that held it.

    doelgroep_on, kennisgeving_on: the date of making of the download that last said it, if the last one left it out.

    The longest table: the unique key leads from a person to their signals. Another index or foreign key would make
    loading three times as slow; that each signal has its person is an expectation on the register, and `hervat verify`
    looks at all.
    """

    __tablename__ = "signal"
    __table_args__ = (UniqueConstraint("person_id", "code", "date", "wet", "gemeentecode"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    municipality: Mapped[str] = mapped_column(String(4))
    person_id: Mapped[int]
    code: Mapped[str]
    date: Mapped[Day]
    wet: Mapped[str]
    gemeentecode: Mapped[str]
    doelgroep: Mapped[str | None]
    doelgroep_on: Mapped[Day | None]
    kennisgeving: Mapped[Day | None]
    kennisgeving_on: Mapped[Day | None]
    first_seen: Mapped[Day]
    last_seen: Mapped[Day]
    may_be_ignored: Mapped[bool] = mapped_column(default=False)


class Decision(OfMunicipality, Base):
    """A recorded decision about the law that applies to a person.

    waits: for a second person, `second_by`; it does not count before.
    """

    __tablename__ = "decision"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    law: Mapped[str] = mapped_column(String(6))
    date: Mapped[Day]
    by: Mapped[str]
    reason: Mapped[str]
    waits: Mapped[bool] = mapped_column(default=False)
    second_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)


class Stranger(OfMunicipality, Base):
    """A person in a local system without a valid signal: since when, before and after their restart."""

    __tablename__ = "stranger"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unseen_since: Mapped[Day | None]
    orphan_since: Mapped[Day | None]


class Ownership(OfMunicipality, Base):
    """The decision of two persons about a stranger: of this gemeente, or not.

    waits: for a second person, `second_by`; it does not count before.
    """

    __tablename__ = "ownership"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ours: Mapped[bool]
    date: Mapped[Day]
    by: Mapped[str]
    reason: Mapped[str]
    waits: Mapped[bool] = mapped_column(default=True)
    second_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)


class Hold(OfMunicipality, Base):
    """A hold on a person's data: restriction of processing (AVG 18) or an objection (AVG 21); nobody on hold is erased.

    ground: "18" or "21". until: the last day, None for no last day. It counts from the first person on; second_by: who
    confirmed it. ended_by and ended_second_by: who released it, in two steps; ended_on: the day on which it ended, by
    them or (without them) because `until` had passed.
    """

    __tablename__ = "hold"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ground: Mapped[str] = mapped_column(String(2))
    since: Mapped[Day]
    until: Mapped[Day | None]
    by: Mapped[str]
    reason: Mapped[str]
    second_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_by: Mapped[str | None]
    ended_reason: Mapped[str | None]
    ended_second_by: Mapped[str | None]
    ended_on: Mapped[Day | None]


class Separate(OfMunicipality, Base):
    """Two numbers that are not of one person: a row that would join them is quarantined.

    key, other_key: pseudonyms of a number of each. It counts once `second_by` has said so too; until then `sealed` has
    the numbers of the other person as the first one typed them, and `decisions` whose the recorded decisions are.
    """

    __tablename__ = "separate"

    key: Mapped[str] = mapped_column(String(64), index=True)
    other_key: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decisions: Mapped[str | None] = mapped_column(String(5))
    by: Mapped[str]
    reason: Mapped[str]
    second_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)


class WrongNotification(OfMunicipality, Base):
    """A wrong kennisgeving, as the person told it: asked in the conversation (handreiking 3.3)."""

    __tablename__ = "wrong_notification"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    date: Mapped[Day]
    by: Mapped[str]


class PersonState(OfMunicipality, Base):
    """A person's state on the last settled day, and since when."""

    __tablename__ = "person_state"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[Day]
    since: Mapped[Day]
    state: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[str]
    doelgroep: Mapped[str | None]
    reinstated: Mapped[bool]
    held: Mapped[bool]
    resumed: Mapped[bool]
    unknown_group: Mapped[bool]
    law: Mapped[str | None] = mapped_column(String(6))


class SettledDay(Base):
    """The last day on which a municipality was settled: a run refuses an earlier one."""

    __tablename__ = "settled_day"

    municipality: Mapped[str] = mapped_column(String(4), primary_key=True)
    day: Mapped[Day]
