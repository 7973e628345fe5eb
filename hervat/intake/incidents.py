"""Incidents: closing one, after a person has looked at it."""

from hervat import journal
from hervat.bsn import stands_in
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Incident
from hervat.register.models.intake import OPEN


def close(night: Night, number: int, by: str, why: str) -> int | None:
    """Close an open incident of this municipality; None: there is none. Raises UsageError without name or reason."""
    if not by.strip() or not why.strip():
        raise UsageError("give who closes it (--by) and why (--reason)")
    if stands_in(by + " " + why):
        raise UsageError("a BSN stands in the reason or the name; write it without one (rule 7)")
    with night.register.session() as session:
        found = session.get(Incident, number)
        if found is None or found.municipality != night.code or found.status != OPEN:
            return None
        found.status = "closed"
        journal.record(session, night.code, by, "closed", f"incident {number}", " ".join(why.split()), night.origin)
    return number
