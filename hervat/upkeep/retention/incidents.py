"""Closed incidents, three years at least (AVG 33(5))."""

from collections.abc import Sequence
from datetime import UTC, date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import OPEN, among, scope
from hervat.register.models import Download, ForeignRow, Incident, IncidentStep
from hervat.today import dutch_day
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted, emptied


def _due(look: Look, term: str) -> Things:
    """Return the closed incidents whose term is over, counted from the last step or the last file with its rows."""
    code = look.night.code
    query = select(Incident.id, Incident.opened_on).where(scope(Incident, code), Incident.status != OPEN)
    steps = select(IncidentStep.incident_id, func.max(IncidentStep.recorded_at)).where(scope(IncidentStep, code))
    recorded = dict(look.session.execute(steps.group_by(IncidentStep.incident_id)).tuples().all())
    repeats = select(ForeignRow.incident_id, func.max(Download.secured_on)).join(
        Download, Download.id == ForeignRow.download_id
    )
    repeats = repeats.where(scope(Download, code)).group_by(ForeignRow.incident_id)
    repeated: dict[int | None, date] = dict(look.session.execute(repeats).tuples().all())
    over = {}
    for number, opened_on in look.session.execute(query).tuples():
        days = [opened_on, repeated.get(number, opened_on)]
        days += [dutch_day(recorded[number].replace(tzinfo=UTC))] if number in recorded else []
        if ends := look.over(max(days), term):
            over[number] = Over(*ends)
    return over


def _end(session: Session, night: Night, numbers: Sequence[int]) -> Rows:
    own = scope(Incident, night.code) & among(Incident.id, numbers)
    return {
        "foreign_row": emptied(session, ForeignRow, among(ForeignRow.incident_id, numbers), {"incident_id": None}),
        "incident_step": deleted(session, IncidentStep, among(IncidentStep.incident_id, numbers)),
        "incident": deleted(session, Incident, own),
    }


INCIDENT = TermKind("incident", _due, _end)
