"""Plans to clean a local system, their approvals, and their outcome."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hervat.register.models.base import Base, OfMunicipality, utc_now

WAITING, READY, EXECUTED, VOID = "waiting", "ready", "executed", "void"


class CleaningPlan(OfMunicipality, Base):
    """An immutable set of persons for one system. status: waiting (for approval), ready, executed, void."""

    __tablename__ = "cleaning_plan"
    __table_args__ = (UniqueConstraint("municipality", "system", "hash"),)

    system: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64), index=True)
    occasion: Mapped[int]
    policy: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_on: Mapped[date]
    needs_approval: Mapped[str | None]
    status: Mapped[str] = mapped_column(String(10), index=True)
    ended_on: Mapped[date | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class PlanPerson(Base):
    """A person of a plan, by the pseudonym of their (first) BSN."""

    __tablename__ = "plan_person"

    plan_id: Mapped[int] = mapped_column(ForeignKey("cleaning_plan.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    cleaned_on: Mapped[date | None]
    reappeared: Mapped[bool] = mapped_column(default=False)


class Approval(OfMunicipality, Base):
    """Who approved which plan, when. `signature` (armored) is over the plan's hash, if keys are required."""

    __tablename__ = "approval"

    plan_id: Mapped[int] = mapped_column(ForeignKey("cleaning_plan.id"), index=True)
    by: Mapped[str]
    account: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    signature: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None]


class KeptValue(OfMunicipality, Base):
    """The old value of a restricted column, sealed for the day on which the restriction is lifted.

    put_back: false if another value was there by then, or the row was gone.
    """

    __tablename__ = "kept_value"

    system: Mapped[str]
    key: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_on: Mapped[date]
    lifted_on: Mapped[date | None]
    put_back: Mapped[bool | None]
