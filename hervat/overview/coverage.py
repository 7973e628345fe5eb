"""What the plans of a system found outside the footprint: those that are open or ended tonight, else the last one."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.register.models import CleaningPlan
from hervat.register.models.cleaning import EXECUTED, READY, WAITING
from hervat.report.model import Found


def found_elsewhere(session: Session, code: str, system: str, day: date) -> list[Found]:
    """Return a line a column and kind, persons summed over the plans: no person is in two of them."""
    plans = _plans(session, code, system)
    fresh = [plan for plan in plans if plan.status != EXECUTED or plan.ended_on == day]
    chosen = fresh or plans[:1]
    summed: dict[tuple[str, str, str], int] = {}
    for plan in chosen:
        for one in plan.content.get("coverage", []):
            place = one["table"], one["column"], one["kind"]
            summed[place] = summed.get(place, 0) + one["persons"]
    looked = max(map(_searched_on, chosen), default=day)
    return [Found(*place, persons, looked, bool(fresh)) for place, persons in sorted(summed.items())]


def _searched_on(plan: CleaningPlan) -> date:
    search = plan.content.get("search")  # a plan of before it was written down was searched when it was made
    return date.fromisoformat(search["on"]) if search else plan.made_on


def _plans(session: Session, code: str, system: str) -> list[CleaningPlan]:
    wanted = (
        select(CleaningPlan)
        .where(
            CleaningPlan.municipality == code,
            CleaningPlan.system == system,
            CleaningPlan.status.in_([WAITING, READY, EXECUTED]),
        )
        .order_by(CleaningPlan.id.desc())
    )
    return list(session.scalars(wanted))
