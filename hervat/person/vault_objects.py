"""The objects of the vault that name persons: originals and sent notices, and until when each must stay (rule 1)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from hervat.intake import downloads_with, sightings_of
from hervat.notices import KIND as NOTICE
from hervat.person.candidates import Candidates
from hervat.register import LOADED, MENDED, OPEN, REJECTED, among, scope
from hervat.register.models import Download, ForeignRow, Incident, Notice, QuarantinedRow, SignalRow
from hervat.settings import KINDS, end_of
from hervat.vault import Vault, VaultObject

DOWNLOAD = "download"


@dataclass(frozen=True)
class NamingObject:
    """An object that names persons (by number). came: when it came or was sent. term: as configured, "" if none.

    ends_on: since when it may be destroyed. stays: why it may not be destroyed yet; None if it may.
    """

    thing: VaultObject
    name: str
    persons: frozenset[int]
    came: date
    term: str
    ends_on: date
    stays: str | None


def objects_of(candidates: Candidates) -> list[NamingObject]:
    """Return every object of the vault that names one of these persons and was not destroyed yet."""
    things = Vault(candidates.night.settings.vault, candidates.night.keyring).objects()
    return [*_downloads(candidates, things), *_notices(candidates, things)]


def _downloads(candidates: Candidates, things: list[VaultObject]) -> Iterator[NamingObject]:
    session, present = candidates.session, {thing.id: thing for thing in things if thing.kind == DOWNLOAD}
    held = downloads_with(session, candidates.night.code, set(candidates.signals)) if candidates.signals else {}
    query = select(Download).where(
        scope(Download, candidates.night.code),
        or_(among(Download.id, held), among(Download.object_id, candidates.objects)),
    )
    waits, known = _waiting(candidates), set()
    for row in session.scalars(query.order_by(Download.id)):
        known.add(row.object_id)
        if row.object_id in present:
            persons = frozenset(candidates.signals[signal] for signal in held.get(row.id, ()))
            found = persons | (candidates.numbers if row.object_id in candidates.objects else frozenset())
            yield _download(candidates, present[row.object_id], row, found, waits.get(row.id))
    for id_ in sorted((candidates.objects & present.keys()) - known):
        stays = f"the original {id_} is not in the register; `hervat run` loads it"
        today = candidates.night.as_of
        yield NamingObject(present[id_], DOWNLOAD, candidates.numbers, today, "", today, stays)


def _waiting(candidates: Candidates) -> dict[int, str]:
    """Return download -> what in it waits for a person."""
    code, session = candidates.night.code, candidates.session
    quarantined = select(QuarantinedRow.download_id).where(scope(QuarantinedRow, code), QuarantinedRow.status == OPEN)
    incident = select(ForeignRow.download_id).join(Incident, ForeignRow.incident_id == Incident.id)
    waits = dict.fromkeys(session.scalars(quarantined), "has rows in quarantine")
    return waits | dict.fromkeys(
        session.scalars(incident.where(scope(Incident, code), Incident.status == OPEN)), "belongs to an open incident"
    )


def _download(
    candidates: Candidates, thing: VaultObject, row: Download, persons: frozenset[int], waits: str | None
) -> NamingObject:
    held = among(SignalRow.id, sightings_of(candidates.session, row.id)["signal_id"].unique())
    ends = candidates.session.execute(select(func.min(SignalRow.date), func.max(SignalRow.date)).where(held)).one()
    days = [row.made_on, *(day for day in ends if day)]
    if waits is None and row.status not in (LOADED, REJECTED, MENDED):
        waits = "is not loaded"
    return _object(candidates, thing, f"download {row.id}", persons, days, row.secured_on, waits)


def _notices(candidates: Candidates, things: list[VaultObject]) -> Iterator[NamingObject]:
    named: defaultdict[int, set[int]] = defaultdict(set, candidates.told)
    numbers = {str(thing.meta["number"]): thing for thing in things if thing.kind == NOTICE}
    also = {number for number, thing in numbers.items() if thing.id in candidates.objects}
    columns = (Notice.id, Notice.number, Notice.day, Notice.sent_on)
    query = select(*columns).where(
        scope(Notice, candidates.night.code), or_(among(Notice.id, named), among(Notice.number, also))
    )
    for row in candidates.session.execute(query.order_by(Notice.id)):
        if row.number in numbers:
            persons = frozenset(named[row.id]) | (candidates.numbers if row.number in also else frozenset())
            yield _notice(candidates, numbers[row.number], row, persons)


def _notice(candidates: Candidates, thing: VaultObject, row: Any, persons: frozenset[int]) -> NamingObject:
    return _object(candidates, thing, f"notice {row.number}", persons, [row.day], row.sent_on or row.day, None)


def _object(
    candidates: Candidates, thing: VaultObject, name: str, persons: frozenset[int], days: list[date], came: date,
    waits: str | None,
) -> NamingObject:  # fmt: skip
    """Return an object with the day on which it may be destroyed: the rule of `hervat.upkeep.due`, for one object."""
    night = candidates.night
    term = (night.settings.retention.term(thing.kind) if thing.kind in KINDS else None) or ""
    closed = night.rounds.closed_after(min(days), max(days))
    ends_on = max(closed or night.as_of, came)
    if closed is None or closed > night.as_of:
        waits = waits or "is about a round that is not closed"
    elif term:
        ends_on = end_of(ends_on, term)
        if ends_on > night.as_of:
            waits = waits or f"stays until {ends_on} (`retention.{thing.kind}`)"
    stays = f"{name} {waits}" if waits else None
    return NamingObject(thing, str(thing.meta.get("name") or thing.kind), persons, came, term, ends_on, stays)
