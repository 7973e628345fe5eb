"""What is due for destruction: its round is closed, its term is over, and nothing waits for it (rule 1)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from hervat.intake import downloads_with, sightings_of
from hervat.night import Night
from hervat.notices import KIND as NOTICE
from hervat.register import LOADED, MENDED, OPEN, REJECTED, SENT, among, scope
from hervat.register.models import (
    Destruction,
    Download,
    ForeignRow,
    Hold,
    Identifier,
    Incident,
    Notice,
    QuarantinedRow,
    Retired,
    SignalRow,
    Told,
)
from hervat.rules import end_of
from hervat.settling import counts_on
from hervat.vault import Vault, VaultObject

DOWNLOAD = "download"


@dataclass(frozen=True)
class NoticeTold:
    """The register's dates of an object: made, came or went; and the number of a download."""

    day: date
    came: date
    download: int | None = None


@dataclass(frozen=True)
class DueForDestruction:
    """An object due for destruction: since when its term is over, and which term that was."""

    thing: VaultObject
    name: str
    secured_on: date
    ends_on: date
    term: str


def due(
    session: Session, night: Night, vault: Vault, kinds: Collection[str] = (DOWNLOAD, NOTICE)
) -> list[DueForDestruction]:
    """Return what is due for destruction on the night's day, in the order in which it was secured.

    Not due: a download that was not loaded, or has a row in quarantine or an open incident; a notice that was not
    confirmed; what is about a person on hold (AVG 18, 21); and anything about an open round, an SS190 or not.
    """
    reading = {DOWNLOAD: _downloads, NOTICE: _notices}
    wanted = [kind for kind in kinds if night.settings.retention.of(kind)]
    spans = {kind: reading[kind](session, night) for kind in wanted}
    due_items = []
    for thing in vault.objects() if wanted else ():
        dates = spans.get(thing.kind, {}).get(_mark(thing))
        term = night.settings.retention.term(thing.kind) if dates else None
        if term and dates and end_of(dates.came, term) <= night.as_of:
            due_items += list(_passed(session, night, thing, dates, term))
    return due_items


def _passed(
    session: Session, night: Night, thing: VaultObject, dates: NoticeTold, term: str
) -> Iterator[DueForDestruction]:
    days = [dates.day] if dates.download is None else [dates.day, *_signal_days(session, dates.download)]
    closed = night.rounds.closed_after(min(days), max(days))
    if closed and (end := end_of(max(closed, dates.came), term)) <= night.as_of:
        yield DueForDestruction(thing, str(thing.meta.get("name") or thing.kind), dates.came, end, term)


def _mark(thing: VaultObject) -> str:
    """Return the register's identifier of an object: a notice's number, or the id of a download's object."""
    return str(thing.meta["number"]) if thing.kind == NOTICE else thing.id


def _downloads(session: Session, night: Night) -> dict[str, NoticeTold]:
    code, held = night.code, select(SignalRow.id).where(SignalRow.person_id.in_(_on_hold(night)))
    waits = select(QuarantinedRow.download_id).where(QuarantinedRow.status == OPEN)
    looked_at = (
        select(ForeignRow.download_id)
        .join(Incident, ForeignRow.incident_id == Incident.id)
        .where(Incident.municipality == code, Incident.status == OPEN)
    )
    rows = session.execute(
        select(Download.object_id, Download.made_on, Download.secured_on, Download.id).where(
            Download.municipality == code,
            Download.status.in_([LOADED, REJECTED, MENDED]),
            Download.id.not_in(waits),
            Download.id.not_in(looked_at),
        )
    )
    signals = session.scalars(held).all()
    kept = downloads_with(session, code, signals) if signals else {}
    return {
        object_id: NoticeTold(made, secured, number) for object_id, made, secured, number in rows if number not in kept
    }


def _on_hold(night: Night) -> Select[int]:
    """Select the numbers of the persons who are on hold on the night's day."""
    return select(Hold.person_id).where(scope(Hold, night.code), counts_on(night.as_of))


def _signal_days(session: Session, download: int) -> Iterator[date]:
    """Yield the first and the last day of a download's signals."""
    held = among(SignalRow.id, sightings_of(session, download)["signal_id"].unique())
    days = session.execute(select(func.min(SignalRow.date), func.max(SignalRow.date)).where(held)).one()
    yield from (day for day in days if day)


def _notices(session: Session, night: Night) -> dict[str, NoticeTold]:
    code, keys = night.code, select(Identifier.pseudonym).where(Identifier.person_id.in_(_on_hold(night)))
    rows = session.execute(
        select(Notice.number, Notice.day, Notice.sent_on).where(
            Notice.municipality == code,
            Notice.status == SENT,
            Notice.id.not_in(select(Told.notice_id).where(Told.key.in_(keys))),
            or_(Notice.received_on.is_not(None) & (Notice.audience == "party"), Notice.done_on.is_not(None)),
        )
    )
    return {number: NoticeTold(day, sent or day) for number, day, sent in rows}


def next_batch(session: Session, night: Night) -> str:
    """Return the name of the next batch of the day, of objects of the vault or of other things."""
    counts = (
        select(func.count(model.batch.distinct())).where(scope(model, night.code)) for model in (Destruction, Retired)
    )
    number = sum(session.scalar(query) or 0 for query in counts) + 1
    return f"{night.code}-{night.as_of:%Y%m%d}-{number}"
