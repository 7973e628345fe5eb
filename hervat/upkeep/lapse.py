"""Lapse of approvals and acceptances: after the keys were renewed, or an older register was restored."""

from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hervat.register import READY, VOID, WAITING
from hervat.register.models import Acceptance, CleaningPlan, Forgetting


def lapse(session: Session, municipality: str, day: date) -> str:
    """End every open plan with its approvals, and every acceptance of the gate; return the counts in words.

    Agreements to forget a person lapse too. Persons still in a system come into a new plan under another hash, so no
    earlier approval can apply to it.
    """
    plans = update(CleaningPlan).where(
        CleaningPlan.municipality == municipality, CleaningPlan.status.in_([WAITING, READY])
    )
    ended = session.execute(plans.values(status=VOID, ended_on=day))
    accepted = session.scalar(select(func.count()).where(Acceptance.municipality == municipality))
    session.execute(delete(Acceptance).where(Acceptance.municipality == municipality))
    session.execute(delete(Forgetting).where(Forgetting.municipality == municipality))
    return f"{ended.rowcount} open plan(s) and {accepted} acceptance(s) of the gate lapsed"  # type: ignore[attr-defined]
