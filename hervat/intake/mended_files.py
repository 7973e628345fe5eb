"""A corrected file ends what an earlier file left open: its refusal, or its quarantined rows, place by place.

A corrected file is a later file of the same source under the same name, or with the same good rows in the same places.
A quarantined row ends only if a good row with the same signal code is in its place: a file that merely took over a
name ends nothing of another file.
"""

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.intake.signals import sightings_of
from hervat.register import LOADED, MENDED, OPEN, REFUSED, among, scope
from hervat.register.models import Download, QuarantinedRow, SignalRow


def end_mended(session: Session, download: Download) -> None:
    """End the refusals and quarantined rows that this newly loaded download corrects."""
    for older in _refused(session, download):
        older.status, older.ended_by, older.ended_why = MENDED, "hervat", f"download {download.id} was loaded"
    for older_id in _quarantined(session, download):
        _end_rows(session, older_id, download)


def _refused(session: Session, download: Download) -> list[Download]:
    """Return the refused downloads with the same name or bytes, or made at the same moment for the same wet."""
    candidates = session.scalars(
        select(Download).where(
            scope(Download, download.municipality),
            Download.source == download.source,
            Download.status == REFUSED,
            Download.id < download.id,
        )
    )
    return [
        candidate
        for candidate in candidates
        if download.name == candidate.name
        or download.digest == candidate.digest
        or (candidate.made_at, candidate.wet) == (download.made_at, download.wet)
    ]


def _quarantined(session: Session, download: Download) -> list[int]:
    """Return the ids of earlier downloads of the source with open rows, of which this is the corrected file."""
    candidates = session.execute(
        select(Download.id, Download.name, Download.rows_read)
        .join(QuarantinedRow, QuarantinedRow.download_id == Download.id)
        .where(
            scope(Download, download.municipality),
            Download.source == download.source,
            Download.status == LOADED,
            QuarantinedRow.status == OPEN,
            Download.id < download.id,
        )
        .distinct()
    ).all()
    return [
        older
        for older, name, read in candidates
        if name == download.name or (read == download.rows_read and _same_places(session, older, download.id))
    ]


def _same_places(session: Session, older: int, newer: int) -> bool:
    """True if each good row of the older download (at least one) is in the same place of the newer."""
    mine, theirs = (sightings_of(session, download).select("row", "signal_id") for download in (older, newer))
    return 0 < mine.height == mine.join(theirs, on=["row", "signal_id"], how="semi").height


def _end_rows(session: Session, older_id: int, download: Download) -> None:
    rows = session.scalars(
        select(QuarantinedRow).where(QuarantinedRow.download_id == older_id, QuarantinedRow.status == OPEN)
    ).all()
    places = sightings_of(session, download.id).filter(pl.col("row").is_in([row.row for row in rows]))
    codes = _codes(session, places["signal_id"].to_list())
    code_of = {row: codes[signal] for row, signal in places.select("row", "signal_id").iter_rows()}
    for row in rows:
        code = code_of.get(row.row)
        if code is not None and (row.code in (code, None)):
            row.status, row.ended_by, row.ended_why = MENDED, "hervat", f"download {download.id} was loaded"


def _codes(session: Session, signals: list[int]) -> dict[int, str]:
    query = select(SignalRow.id, SignalRow.code).where(among(SignalRow.id, signals))
    return dict(session.execute(query).tuples().all())
