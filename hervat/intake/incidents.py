"""Incidents: closing one, after a person has looked at it."""

from hervat.attribution import signed
from hervat.night import Night
from hervat.register import OPEN
from hervat.register.models import Incident


def end_incident(night: Night, number: int, by: str, why: str) -> int | None:
    """Close an open incident; return its number, None if there is none. Raises UsageError without name or reason."""
    who = signed(by, why)
    with night.register.session() as session:
        incident = session.get(Incident, number)
        if incident is None or incident.municipality != night.code or incident.status != OPEN:
            return None
        incident.status = "closed"
        night.record(session, "closed", f"incident {number}", who.reason, by=who)
    return number
