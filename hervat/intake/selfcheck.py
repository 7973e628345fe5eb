"""Self-check of the register: after loading what came in since, for `hervat verify` the whole. A few queries.

The longest table has no index on the municipality, so that loading is fast; a night does not read those of all others.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.intake.signals import brought_in
from hervat.plural import plural
from hervat.register import ACCEPTED, among, scope
from hervat.register.models import Download, ForeignRow, Identifier, Person, QuarantinedRow, SightingBlock, SignalRow


def selfcheck(session: Session, municipality: str, downloads: Sequence[Download]) -> list[dict[str, Any]]:
    """Return the differences between counts and rows, per download: all 0 in a sound register.

    Of the signals those are judged that these downloads brought in, and when those of the gemeente's persons were seen.
    """
    ids = [download.id for download in downloads]
    seen = _counted(session, SightingBlock, ids, count=func.sum(SightingBlock.rows))
    held, foreign = (_counted(session, table, ids) for table in (QuarantinedRow, ForeignRow))
    accepted = _counted(session, QuarantinedRow, ids, QuarantinedRow.status == ACCEPTED)
    ownerless = _ownerless_among(session, municipality, brought_in(session, ids))
    seen_last = _newest(session, municipality, ownerless)
    whole = {
        "persons_unidentified": _unidentified(session, municipality),
        "signals_ownerless": len(ownerless),
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


def _ownerless_among(session: Session, municipality: str, ids: range) -> Sequence[int]:
    """Return the person of each signal with one of these ids whose person is not there."""
    query = select(SignalRow.person_id).outerjoin(Person, Person.id == SignalRow.person_id)
    among_them = SignalRow.id.between(ids.start, ids.stop - 1)
    return session.scalars(query.where(among_them, scope(SignalRow, municipality), Person.id.is_(None))).all()


def _newest(session: Session, municipality: str, others: Sequence[int]) -> date | None:
    """Return the newest sighting of a signal of the municipality's persons, or of these."""
    persons = session.scalars(select(Person.id).where(scope(Person, municipality))).all()
    query = select(func.max(SignalRow.last_seen)).where(among(SignalRow.person_id, sorted({*persons, *others})))
    return session.scalar(query)


def signals_ownerless(session: Session, municipality: str) -> list[str]:
    """Return that signals of a municipality have no person, whenever they came in: one scan of the longest table."""
    both = SignalRow.__table__.outerjoin(Person.__table__, Person.id == SignalRow.person_id)
    query = select(func.count()).select_from(both).where(scope(SignalRow, municipality), Person.id.is_(None))
    count = session.scalar(query) or 0
    return [f"register of {municipality}: {plural(count, 'signal')} without a person"] if count else []


def _from_later(session: Session, municipality: str, seen: date | None) -> int:
    """Return 1 if a signal was last seen after the latest download was made, else 0."""
    made = session.scalar(select(func.max(Download.made_on)).where(scope(Download, municipality)))
    return int(bool(made and seen and seen > made))
