"""A mended file ends what an earlier one left open: its refusal, or its quarantined rows, place by place.

Mended is a later file of the same source under the same name, or with the same good rows in the same places.
A quarantined row ends only when a good row with the same signal code stands in its place: a file that merely
took over a name ends nothing of another's.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.register.models import Download, QuarantinedRow, Sighting, SignalRow
from hervat.register.models.intake import LOADED, MENDED, OPEN, REFUSED


def end_mended(session: Session, download: Download) -> None:
    """End what this newly loaded download mends."""
    for older in _refused(session, download):
        older.status, older.ended_by, older.ended_why = MENDED, "hervat", f"download {download.id} was loaded"
    for older_id in _quarantined(session, download):
        _end_rows(session, older_id, download)


def _refused(session: Session, download: Download) -> list[Download]:
    """The refused ones under the same name, or made at the same moment by the same source for the same wet."""
    candidates = session.scalars(
        select(Download).where(
            Download.municipality == download.municipality,
            Download.source == download.source,
            Download.status == REFUSED,
            Download.id < download.id,
        )
    )
    return [
        one
        for one in candidates
        if one.name == download.name or (one.made_at, one.wet) == (download.made_at, download.wet)
    ]


def _quarantined(session: Session, download: Download) -> list[int]:
    """The earlier downloads of the source with open rows, of which this one is the mended file."""
    candidates = session.execute(
        select(Download.id, Download.name, Download.rows_read)
        .join(QuarantinedRow, QuarantinedRow.download_id == Download.id)
        .where(
            Download.municipality == download.municipality,
            Download.source == download.source,
            Download.status == LOADED,
            QuarantinedRow.status == OPEN,
            Download.id < download.id,
        )
        .distinct()
    ).all()
    return [
        one
        for one, name, read in candidates
        if name == download.name or (read == download.rows_read and _same_places(session, one, download.id))
    ]


def _same_places(session: Session, older: int, newer: int) -> bool:
    """Say whether each good row of the older download (at least one) stands in the same place of the newer."""
    mine = select(Sighting.row, Sighting.signal_id).where(Sighting.download_id == older).subquery()
    theirs = select(Sighting.row, Sighting.signal_id).where(Sighting.download_id == newer).subquery()
    both = (mine.c.row == theirs.c.row) & (mine.c.signal_id == theirs.c.signal_id)
    shared = session.scalar(select(func.count()).select_from(mine.join(theirs, both))) or 0
    total = session.scalar(select(func.count()).select_from(mine)) or 0
    return 0 < shared == total


def _end_rows(session: Session, older_id: int, download: Download) -> None:
    good = session.execute(
        select(Sighting.row, SignalRow.code)
        .join(SignalRow, SignalRow.id == Sighting.signal_id)
        .where(Sighting.download_id == download.id)
    )
    codes = {row: code for row, code in good}
    rows = session.scalars(
        select(QuarantinedRow).where(QuarantinedRow.download_id == older_id, QuarantinedRow.status == OPEN)
    )
    for row in rows:
        code = codes.get(row.row)
        if code is not None and (row.code in (code, None)):
            row.status, row.ended_by, row.ended_why = MENDED, "hervat", f"download {download.id} was loaded"
