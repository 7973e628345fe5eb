"""An incident with all that was done about it: its term of 72 hours, and what is still missing before it may be closed.

Sources: AVG 33(1) (the term), 33(5) (documentation), 34(1) and 34(3) (telling the persons).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.register import OPEN, scope
from hervat.register.models import ForeignRow, Incident, IncidentStep

TERM = timedelta(hours=72)
ALERT_HOURS = (24, 48, 66)
"""Hours after the discovery at which an alert is sent, while the term runs."""
RISKS = ("none", "risk", "high")
GROUNDS = ("a", "b", "c")
"""The letters of AVG 34(3)."""
JUDGEMENT, AP_REPORT, PERSONS_TOLD = "judgement", "ap_report", "persons_told"


@dataclass(frozen=True)
class IncidentMoment:
    """Something done about an incident; see IncidentStep for the kinds. at, recorded_at: with a zone."""

    kind: str
    at: datetime
    value: str
    by: str
    reason: str
    recorded_at: datetime


@dataclass(frozen=True)
class IncidentRecord:
    """An incident and its moments, oldest first. downloads: all that held its rows. No personal data."""

    id: int
    kind: str
    download: int | None
    count: int
    since: date
    open: bool
    discovered_at: datetime
    what: str
    categories: str
    persons: int | None
    opened_by: str
    downloads: Sequence[int]
    moments: Sequence[IncidentMoment]

    @property
    def risk(self) -> str | None:
        """The latest judgement; None if nobody judged."""
        judged = self.last("judged")
        return judged.value if judged else None

    @property
    def due_at(self) -> datetime:
        """The moment at which the term for the report to the AP is over."""
        return self.discovered_at + TERM

    @property
    def missing(self) -> list[str]:
        """What must be recorded before the incident may be closed, as codes."""
        if self.risk is None:
            return [JUDGEMENT]
        told = self.last("told") or self.last("not_told")
        needed = {
            AP_REPORT: self.risk != "none" and not self.last("reported"),
            PERSONS_TOLD: self.risk == "high" and not told,
        }
        return [code for code, lacks in needed.items() if lacks]

    @property
    def runs(self) -> bool:
        """True if the term runs: open, not reported to the AP, and not judged to be without risk."""
        return self.open and self.risk != "none" and not self.last("reported")

    def closers(self) -> dict[str, str]:
        """Return who closed it as the first of two -> with which risk; a judgement since then makes them sign anew."""
        since = max((at for at, moment in enumerate(self.moments) if moment.kind == "judged"), default=0)
        return {moment.by: moment.value for moment in self.moments[since:] if moment.kind == "closing"}

    @property
    def waits(self) -> bool:
        """True if one person closed it, and it waits for a second."""
        return self.open and bool(self.closers())

    def hours_left(self, now: datetime) -> int | None:
        """Return the whole hours until the term is over, negative after it; None if the term does not run."""
        return (self.due_at - now) // timedelta(hours=1) if self.runs else None

    def alert_due(self, now: datetime) -> int | None:
        """Return the hours after the discovery (24, 48, 66) of which an alert must be sent now; None: of none."""
        sent = self.last("alerted")
        passed = [hours for hours in ALERT_HOURS if now >= self.discovered_at + timedelta(hours=hours)]
        return passed[-1] if self.runs and passed and int(sent.value if sent else 0) < passed[-1] else None

    def last(self, kind: str) -> IncidentMoment | None:
        """Return the latest recorded moment of a kind, if there is one."""
        return next((moment for moment in reversed(self.moments) if moment.kind == kind), None)


def incident_records(session: Session, code: str, *, only_open: bool = False) -> list[IncidentRecord]:
    """Return the incidents of a municipality with their moments, in the order of their numbers."""
    query = select(Incident).where(scope(Incident, code)).order_by(Incident.id)
    incidents = session.scalars(query.where(Incident.status == OPEN) if only_open else query).all()
    if not incidents:
        return []
    moments, downloads = _moments(session, code), _downloads(session, code)
    return [_record(incident, moments[incident.id], downloads[incident.id]) for incident in incidents]


def _record(incident: Incident, moments: list[IncidentMoment], downloads: list[int]) -> IncidentRecord:
    return IncidentRecord(
        id=incident.id,
        kind=incident.kind,
        download=incident.download_id,
        count=incident.count,
        since=incident.opened_on,
        open=incident.status == OPEN,
        discovered_at=incident.discovered_at.replace(tzinfo=UTC),
        what=incident.what,
        categories=incident.categories,
        persons=incident.persons,
        opened_by=incident.opened_by,
        downloads=downloads,
        moments=moments,
    )


def _moments(session: Session, code: str) -> defaultdict[int, list[IncidentMoment]]:
    moments: defaultdict[int, list[IncidentMoment]] = defaultdict(list)
    for step in session.scalars(select(IncidentStep).where(scope(IncidentStep, code)).order_by(IncidentStep.id)):
        at, recorded = step.at.replace(tzinfo=UTC), step.recorded_at.replace(tzinfo=UTC)
        moments[step.incident_id].append(IncidentMoment(step.kind, at, step.value, step.by, step.reason, recorded))
    return moments


def _downloads(session: Session, code: str) -> defaultdict[int, list[int]]:
    query = select(Incident.id, ForeignRow.download_id).join(ForeignRow).where(scope(Incident, code))
    downloads: defaultdict[int, list[int]] = defaultdict(list)
    for incident, download in session.execute(query.distinct().order_by(ForeignRow.download_id)):
        downloads[incident].append(download)
    return downloads
