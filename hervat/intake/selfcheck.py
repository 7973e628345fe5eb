"""Self-check of the register after loading: the counts of a download compared with its rows. A few queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.register import ACCEPTED, scope
from hervat.register.models import Download, ForeignRow, Identifier, Person, QuarantinedRow, SightingBlock, SignalRow


def selfcheck(session: Session, municipality: str, downloads: Sequence[Download]) -> list[dict[str, Any]]:
    """Return the differences between counts and rows, per download: all 0 in a sound register."""
    ids = [download.id for download in downloads]
    seen = _counted(session, SightingBlock, ids, count=func.sum(SightingBlock.rows))
    held, foreign = (_counted(session, table, ids) for table in (QuarantinedRow, ForeignRow))
    accepted = _counted(session, QuarantinedRow, ids, QuarantinedRow.status == ACCEPTED)
    signals, seen_last = _signals(session, municipality)
    whole = {
        "persons_unidentified": _unidentified(session, municipality),
        "signals_ownerless": signals,
        "identifiers_ownerless": _ownerless(session, municipality),
        "signals_from_later": _from_later(session, municipality, seen_last),
    }
    return [
        {
            "download": download.id,
            "rows_unaccounted": download.rows_read
            - (download.rows_loaded + download.rows_known + download.rows_foreign + download.rows_quarantined),
            "rows_unseen": download.rows_loaded + download.rows_known - seen.get(download.id, 0),
            "rows_unheld": download.rows_quarantined - held.get(download.id, 0) + accepted.get(download.id, 0),
            "foreign_unkept": download.rows_foreign - foreign.get(download.id, 0),
            **whole,
        }
        for download in downloads
    ]


def _counted(session: Session, table: Any, ids: Sequence[int], *conditions: Any, count: Any = None) -> dict[int, int]:
    counted = func.count() if count is None else count
    query = select(table.download_id, counted).where(table.download_id.in_(ids), *conditions)
    return {download: count for download, count in session.execute(query.group_by(table.download_id))}


def _unidentified(session: Session, municipality: str) -> int:
    """Return the number of persons without an identifier."""
    known = select(Identifier.id).where(Identifier.person_id == Person.id).exists()
    query = select(func.count()).select_from(Person).where(scope(Person, municipality), ~known)
    return session.scalar(query) or 0


def _ownerless(session: Session, municipality: str) -> int:
    """Return the number of identifiers without a person: a foreign key would make loading slow."""
    owned = select(Person.id).where(Person.id == Identifier.person_id).exists()
    query = select(func.count()).select_from(Identifier).where(scope(Identifier, municipality), ~owned)
    return session.scalar(query) or 0


def _signals(session: Session, municipality: str) -> tuple[int, date | None]:
    """Return the number of signals without a person, and the newest sighting: one scan of the longest table."""
    query = select(func.count().filter(Person.id.is_(None)), func.max(SignalRow.last_seen))
    both = SignalRow.__table__.outerjoin(Person.__table__, Person.id == SignalRow.person_id)
    ownerless, last = session.execute(query.select_from(both).where(scope(SignalRow, municipality))).one()
    return ownerless, last


def _from_later(session: Session, municipality: str, seen: date | None) -> int:
    """Return 1 if a signal was last seen after the latest download was made, else 0."""
    made = session.scalar(select(func.max(Download.made_on)).where(scope(Download, municipality)))
    return int(bool(made and seen and seen > made))
