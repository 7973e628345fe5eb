"""The register against itself, after loading: what it counts of a download against what it holds. A few queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.register import ACCEPTED, scope
from hervat.register.models import Download, ForeignRow, Identifier, Person, QuarantinedRow, SightingBlock, SignalRow


def selfcheck(session: Session, municipality: str, downloads: Sequence[Download]) -> list[dict[str, Any]]:
    """Return how far apart count and content are, a row a download: all 0 in a sound register."""
    ids = [one.id for one in downloads]
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
            "download": one.id,
            "rows_unaccounted": one.rows_read
            - (one.rows_loaded + one.rows_known + one.rows_foreign + one.rows_quarantined),
            "rows_unseen": one.rows_loaded + one.rows_known - seen.get(one.id, 0),
            "rows_unheld": one.rows_quarantined - held.get(one.id, 0) + accepted.get(one.id, 0),
            "foreign_unkept": one.rows_foreign - foreign.get(one.id, 0),
            **whole,
        }
        for one in downloads
    ]


def _counted(session: Session, table: Any, ids: Sequence[int], *conditions: Any, count: Any = None) -> dict[int, int]:
    counted = func.count() if count is None else count
    wanted = select(table.download_id, counted).where(table.download_id.in_(ids), *conditions)
    return {download: count for download, count in session.execute(wanted.group_by(table.download_id))}


def _unidentified(session: Session, municipality: str) -> int:
    """Return how many persons have no identifier."""
    known = select(Identifier.id).where(Identifier.person_id == Person.id).exists()
    wanted = select(func.count()).select_from(Person).where(scope(Person, municipality), ~known)
    return session.scalar(wanted) or 0


def _ownerless(session: Session, municipality: str) -> int:
    """Return how many identifiers are of no person: no foreign key watches over them, which would make loading slow."""
    owned = select(Person.id).where(Person.id == Identifier.person_id).exists()
    wanted = select(func.count()).select_from(Identifier).where(scope(Identifier, municipality), ~owned)
    return session.scalar(wanted) or 0


def _signals(session: Session, municipality: str) -> tuple[int, date | None]:
    """Return how many signals are of no person, and when one was seen last: the longest table, looked through once."""
    wanted = select(func.count().filter(Person.id.is_(None)), func.max(SignalRow.last_seen))
    both = SignalRow.__table__.outerjoin(Person.__table__, Person.id == SignalRow.person_id)
    ownerless, last = session.execute(wanted.select_from(both).where(scope(SignalRow, municipality))).one()
    return ownerless, last


def _from_later(session: Session, municipality: str, seen: date | None) -> int:
    """Return whether a signal was last seen after the latest download was made."""
    made = session.scalar(select(func.max(Download.made_on)).where(scope(Download, municipality)))
    return int(bool(made and seen and seen > made))
