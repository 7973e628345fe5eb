"""Incidents: opening one, and what a person records about it until it may be closed (AVG 33 and 34).

A text is refused with a BSN in it, as everywhere; names of citizens a person leaves out. Moments are in UTC, without a
zone. Each function returns the incident's number, or None if the municipality has no such open incident; it raises
UsageError for what does not fit.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed, named, one_line, signed
from hervat.errors import UsageError
from hervat.intake.incident_records import (
    AP_REPORT,
    GROUNDS,
    JUDGEMENT,
    PERSONS_TOLD,
    RISKS,
    TERM,
    IncidentRecord,
    incident_records,
)
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Download, ForeignRow, Incident, IncidentStep
from hervat.signing import Matter, Sign, confirmed, is_confirmed
from hervat.today import dutch_day

CLOSED, LEAK = "closed", "leak"
_CLOSE = "incidents close"
_COMMANDS = {
    JUDGEMENT: "nobody judged it: `hervat incidents judge {0} --risk none|risk|high`, or --no-risk here",
    AP_REPORT: "it was not reported to the AP: `hervat incidents reported {0} --ap NUMBER --at MOMENT`",
    PERSONS_TOLD: "the persons were not told: `hervat incidents told {0} --at MOMENT`, or --ground of AVG 34(3)",
}


def open_incident(
    night: Night, what: str, categories: str, persons: int | None, discovered_at: datetime, by: str
) -> int:
    """Open an incident that a person found, a leak of our own too; return its number. Raises UsageError."""
    who = named(by)
    texts = one_line(what, "--what"), one_line(categories, "--categories")
    if not all(texts):
        raise UsageError("--what and --categories are required: AVG 33(3) asks what happened, and to which data")
    _refuse_to_come(discovered_at)
    with night.register.session() as session:
        incident = Incident(
            municipality=night.code, kind=LEAK, count=0, opened_on=dutch_day(discovered_at.replace(tzinfo=UTC)),
            discovered_at=discovered_at, what=texts[0], categories=texts[1], persons=_counted(persons),
            opened_by=who.by,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        night.record(session, "incident opened", f"incident {incident.id}", texts[0], by=who)
        return incident.id


def open_for_rows(session: Session, night: Night, download: Download) -> None:
    """Put the foreign rows of a download with the incident that has the same rows (keyed hash); open one for new rows.

    A closed incident gets its rows too and stays closed: a person judged them.
    """
    mine = ForeignRow.download_id == download.id
    joined = _join(session, night, download)
    fresh = session.scalar(select(func.count()).where(mine, ForeignRow.incident_id.is_(None))) or 0
    for number, count in joined:
        night.record(
            session, "incident repeated", f"incident {number}", f"{count} rows again in download {download.id}"
        )
    if not fresh:
        return
    incident = Incident(
        municipality=night.code, kind="foreign_rows", download_id=download.id, count=fresh, opened_on=night.as_of
    )
    session.add(incident)
    session.flush()
    session.execute(update(ForeignRow).where(mine, ForeignRow.incident_id.is_(None)).values(incident_id=incident.id))
    message = f"{fresh} rows of another gemeente in download {download.id}"
    night.record(session, "incident opened", f"incident {incident.id}", message)


def _join(session: Session, night: Night, download: Download) -> list[tuple[int, int]]:
    """Give rows that are known the incident they belong to; return (incident, rows)."""
    mine, earlier = ForeignRow.__table__.c, ForeignRow.__table__.alias("earlier")
    known = (
        select(func.max(earlier.c.incident_id))
        .join(Download, Download.id == earlier.c.download_id)
        .where(scope(Download, night.code), earlier.c.row_hash == mine.row_hash, earlier.c.download_id != download.id)
        .correlate(ForeignRow.__table__)
        .scalar_subquery()
    )
    own = ForeignRow.download_id == download.id
    session.execute(
        update(ForeignRow).where(own).values(incident_id=known), execution_options={"synchronize_session": False}
    )
    counts = select(ForeignRow.incident_id, func.count()).where(own, ForeignRow.incident_id.is_not(None))
    return [(number, count) for number, count in session.execute(counts.group_by(ForeignRow.incident_id)) if number]


@dataclass(frozen=True)
class _Done:
    """What a person did: the words for the journal, and the step's kind, value and moment (None: now)."""

    action: str
    kind: str
    value: str = ""
    at: datetime | None = None


def judge_incident(
    night: Night, number: int, risk: str, by: str, reason: str, persons: int | None = None, categories: str = ""
) -> int | None:
    """Record the risk for the persons (none, risk, high) and why; a later judgement counts, an earlier one stays."""
    if risk not in RISKS:
        raise UsageError(f"--risk is one of {', '.join(RISKS)}")
    who, kinds = signed(by, reason), one_line(categories, "--categories")
    with night.register.session() as session:
        if (record := _open(session, night, number)) is None:
            return None
        incident = session.get_one(Incident, number)
        incident.persons = record.persons if persons is None else _counted(persons)
        incident.categories = kinds or record.categories
        return _keep(session, night, record, _Done(f"judged: {risk}", "judged", risk), who)


def report_incident(night: Night, number: int, ap_number: str, at: datetime, by: str, delay: str = "") -> int | None:
    """Record the report to the AP with its number. delay: why it came after the 72 hours; then it is required."""
    who, mark = named(by, delay), one_line(ap_number, "--ap")
    _refuse_to_come(at)
    if not mark:
        raise UsageError("--ap NUMBER is required: the number that the AP gave the report")
    with night.register.session() as session:
        if (record := _open(session, night, number)) is None:
            return None
        if at.replace(tzinfo=UTC) > record.due_at and not who.reason:
            raise UsageError(
                f"incident {number}: this is more than {TERM.total_seconds() / 3600:.0f} hours after its discovery;"
                " AVG 33(1) asks for the reasons: add --delay TEXT"
            )
        return _keep(session, night, record, _Done(f"reported to the AP: {mark}", "reported", mark, at), who)


def tell_persons(night: Night, number: int, at: datetime, by: str, reason: str = "") -> int | None:
    """Record that the persons concerned were told (AVG 34)."""
    return _record_done(night, number, _Done("persons told", "told", at=at), named(by, reason))


def leave_untold(night: Night, number: int, ground: str, by: str, reason: str) -> int | None:
    """Record on which ground of AVG 34(3), a letter, the persons are not told one by one, and why it applies."""
    if ground not in GROUNDS:
        raise UsageError(f"--ground is one of {', '.join(GROUNDS)}: the letters of AVG 34(3)")
    return _record_done(
        night, number, _Done(f"persons not told: 34(3)({ground})", "not_told", ground), signed(by, reason)
    )


def tell_duo(night: Night, number: int, at: datetime, by: str, reason: str = "") -> int | None:
    """Record that DUO was told."""
    return _record_done(night, number, _Done("DUO told", "duo_told", at=at), named(by, reason))


def end_incident(
    night: Night, number: int, by: str, why: str, sign: Sign | None = None, *, no_risk: bool = False
) -> bool | None:
    """Close an incident; why: what was done. Return False if it waits for a second person, None if it is not open.

    Refused while a judgement, a report or the telling is missing. no_risk: the reason is also the judgement that there
    is no risk; it counts once the incident is closed. Where the municipality has approvers it takes the signatures
    (`sign`) of two. Raises UsageError, and as `confirmed` does.
    """
    check_typed(by, why)
    with night.register.session() as session:
        if (record := _open(session, night, number)) is None:
            return None
        risk = _closing_risk(record, no_risk)
    who = confirmed(night, Matter(_CLOSE, f"incident {number}", {"risk": risk}), by, why, sign)
    with night.register.session() as session:
        if (record := _open(session, night, number)) is None:
            return None
        if _closing_risk(record, no_risk) != risk:
            raise UsageError(f"incident {number} was judged anew in the meantime; look at it again")
        if not _is_second(session, night, record, risk, who.by):
            _keep(session, night, record, _Done("closing waits for a second person", "closing", risk), who)
            return False
        if no_risk:
            _keep(session, night, record, _Done(f"judged: {risk}", "judged", risk), replace(who, proof=None))
        session.get_one(Incident, number).status = CLOSED
        _keep(session, night, record, _Done("closed", CLOSED), who)
    return True


def _closing_risk(record: IncidentRecord, no_risk: bool) -> str:
    """Return the risk with which an incident is closed. Raises UsageError while something is missing."""
    missing = [] if no_risk else record.missing
    if missing:
        lacks = "; ".join(_COMMANDS[code].format(record.id) for code in missing)
        raise UsageError(f"incident {record.id} can't be closed: {lacks}")
    return "none" if no_risk else str(record.risk)


def _is_second(session: Session, night: Night, record: IncidentRecord, risk: str, name: str) -> bool:
    """True if this person closes it: one is enough, or another signed too. Raises UsageError for the same one again."""
    if night.municipality.approvers is None:
        return True
    thing = f"incident {record.id}"
    closers = [
        by
        for by, closed_with in record.closers().items()
        if closed_with == risk and is_confirmed(session, night, _CLOSE, thing, by)
    ]
    if same(name) in map(same, closers):
        raise UsageError(f"{name} has signed this already; another person must")
    return bool(closers)


def end_unjudged(session: Session, night: Night, kind: str, why: str) -> None:
    """End by itself what has no cause any more, but for what a person judged to be a risk."""
    for record in incident_records(session, night.code, only_open=True):
        if record.kind == kind and record.risk in (None, "none"):
            session.get_one(Incident, record.id).status = CLOSED
            session.add(_step(night, record.id, _Done(CLOSED, "ended"), by="", reason=why))
            night.record(session, "closed", f"incident {record.id}", why)


def note_alert(session: Session, code: str, number: int, hours: int) -> None:
    """Record that an alert was sent about an incident, so many hours after its discovery."""
    session.add(IncidentStep(municipality=code, incident_id=number, kind="alerted", at=_now(), value=str(hours)))


def _record_done(night: Night, number: int, done: _Done, who: Signed) -> int | None:
    with night.register.session() as session:
        record = _open(session, night, number)
        return None if record is None else _keep(session, night, record, done, who)


def _open(session: Session, night: Night, number: int) -> IncidentRecord | None:
    records = incident_records(session, night.code, only_open=True)
    return next((record for record in records if record.id == number), None)


def _keep(session: Session, night: Night, record: IncidentRecord, done: _Done, who: Signed) -> int:
    if done.at is not None:
        _refuse_to_come(done.at)
        if done.at.replace(tzinfo=UTC) < record.discovered_at.replace(second=0, microsecond=0):
            raise UsageError(f"incident {record.id} was not discovered yet at that moment; correct --at")
    session.add(_step(night, record.id, done, who.by, who.reason))
    night.record(session, done.action, f"incident {record.id}", who.reason, by=who)
    return record.id


def _step(night: Night, number: int, done: _Done, by: str, reason: str) -> IncidentStep:
    return IncidentStep(
        municipality=night.code, incident_id=number, kind=done.kind, at=done.at or _now(), value=done.value,
        by=by, reason=reason,
    )  # fmt: skip


def _refuse_to_come(at: datetime) -> None:
    if at > _now():
        raise UsageError("that moment is still to come; write when it was, as 2026-11-30T14:05")


def _counted(persons: int | None) -> int | None:
    if persons is not None and persons < 0:
        raise UsageError("--persons is a number of persons, 0 or more")
    return persons


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
