"""Lines of the journal of one municipality: of some days, of one action, about one person."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from hervat.accountability.logboek import JournalPeriod
from hervat.register import scope
from hervat.register.models import CleaningPlan, Identifier, JournalLine, Notice, PlanPerson, Told


def listed(
    session: Session, municipality: str, period: JournalPeriod, action: str | None = None, person: int | None = None
) -> Iterator[JournalLine]:
    """Yield the lines, oldest first, some at a time.

    person: a number on the worklist; the lines that name it, and those of the notices and plans that they are in.
    """
    query = period.lines(municipality)
    if action:
        query = query.where(JournalLine.action == action)
    if person is not None:
        query = query.where(_about(municipality, person))
    yield from session.scalars(query.execution_options(yield_per=1000))


def _about(municipality: str, person: int) -> ColumnElement[bool]:
    """SQL condition: the line names the person, or a notice or plan with one of their pseudonyms or their number."""
    named = f"person {person}"
    keys = select(Identifier.pseudonym).where(
        Identifier.municipality == municipality, Identifier.person_id == person, Identifier.kind == "bsn"
    )
    told = select(Told.notice_id).where(or_(Told.key.in_(keys), Told.key == named))
    notices = select(Notice.number).where(scope(Notice, municipality), Notice.id.in_(told))
    in_plan = select(PlanPerson.plan_id).where(or_(PlanPerson.key.in_(keys), PlanPerson.key == named))
    plans = select("plan " + func.substr(CleaningPlan.hash, 1, 12)).where(
        scope(CleaningPlan, municipality), CleaningPlan.id.in_(in_plan)
    )
    of_plan = func.substr(JournalLine.object, 1, 17).in_(plans)
    return or_(JournalLine.object == named, JournalLine.object.in_(notices), of_plan)
