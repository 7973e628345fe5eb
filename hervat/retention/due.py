"""What may be ended: its round is closed, its term has passed, and nothing waits for it any more (rule 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.notices.kept import KIND as NOTICE
from hervat.register.models import Download, Incident, Notice, QuarantinedRow, Sighting, SignalRow
from hervat.register.models.intake import LOADED, MENDED, OPEN, REJECTED
from hervat.register.models.notices import SENT
from hervat.retention.terms import end_of
from hervat.vault import Vault, VaultObject

DOWNLOAD = "download"
Span = tuple[date, date, date]  # the first and last day that it tells of, and the day on which it came or went


@dataclass(frozen=True)
class Due:
    """An object that may be ended: what it is, since when its term has passed, and which term that was."""

    thing: VaultObject
    name: str
    secured_on: date
    ends_on: date
    term: str


def due(session: Session, night: Night, vault: Vault) -> list[Due]:
    """Return what may be ended on the night's day, in the order in which it was secured.

    A download that was not loaded, or has a row in quarantine or an open incident, may not; nor a notice that was not
    confirmed. What tells of a round that is open may not, an SS190 or not.
    """
    spans = {DOWNLOAD: _downloads(session, night.code), NOTICE: _notices(session, night.code)}
    found = []
    for thing in vault.objects():
        term = getattr(night.settings.retention, thing.kind, None)
        span = spans.get(thing.kind, {}).get(_mark(thing))
        if term and span:
            found += list(_passed(night, thing, span, term))
    return found


def _passed(night: Night, thing: VaultObject, span: Span, term: str) -> Iterator[Due]:
    first, last, came = span
    closed = night.rounds.closed_after(first, last)
    if closed and (end := end_of(max(closed, came), term)) <= night.as_of:
        yield Due(thing, str(thing.meta.get("name") or thing.kind), came, end, term)


def _mark(thing: VaultObject) -> str:
    """Return by what the register knows an object: a notice by its number, a download by the object's id."""
    return str(thing.meta["number"]) if thing.kind == NOTICE else thing.id


def _downloads(session: Session, code: str) -> dict[str, Span]:
    waits = select(QuarantinedRow.download_id).where(QuarantinedRow.status == OPEN)
    looked_at = select(Incident.download_id).where(Incident.status == OPEN)
    told = (
        select(Download.object_id, Download.made_on, Download.secured_on, *_days(SignalRow.date))
        .outerjoin(Sighting, Sighting.download_id == Download.id)
        .outerjoin(SignalRow, SignalRow.id == Sighting.signal_id)
        .where(
            Download.municipality == code,
            Download.status.in_([LOADED, REJECTED, MENDED]),
            Download.id.not_in(waits),
            Download.id.not_in(looked_at),
        )
        .group_by(Download.id, Download.object_id, Download.made_on, Download.secured_on)
    )
    return {
        object_id: (min(first or made, made), max(last or made, made), secured)
        for object_id, made, secured, first, last in session.execute(told)
    }


def _days(column: Any) -> tuple[Any, Any]:
    return func.min(column), func.max(column)


def _notices(session: Session, code: str) -> dict[str, Span]:
    rows = session.execute(
        select(Notice.number, Notice.day, Notice.sent_on).where(
            Notice.municipality == code,
            Notice.status == SENT,
            or_(Notice.received_on.is_not(None) & (Notice.audience == "party"), Notice.done_on.is_not(None)),
        )
    )
    return {number: (day, day, sent or day) for number, day, sent in rows}
