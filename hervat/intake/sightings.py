"""Which row of which download is which signal: kept packed, a block a batch, for it is as long as all downloads."""

from collections.abc import Collection, Mapping
from io import BytesIO

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.register.bulk import Bulk
from hervat.register.models import Download, SightingBlock

_EMPTY = pl.DataFrame(schema={"row": pl.Int64, "signal_id": pl.Int64, "loaded": pl.Boolean})


def keep(bulk: Bulk, download_id: int, sightings: pl.DataFrame) -> None:
    """Keep the sightings of some rows of a download: row, signal_id, and loaded (this row brought it in)."""
    if sightings.height:
        first = int(sightings["row"][0])
        told = {"download_id": download_id, "first_row": first, "rows": sightings.height}
        bulk.add(SightingBlock(**told, packed=_packed(sightings)))


def sightings_of(session: Session, download_id: int) -> pl.DataFrame:
    """Return all sightings of a download, by row."""
    blocks = session.scalars(select(SightingBlock.packed).where(SightingBlock.download_id == download_id))
    return pl.concat([_EMPTY, *(_unpacked(one) for one in blocks)]).sort("row")


def downloads_with(session: Session, municipality: str, signals: Collection[int]) -> dict[int, set[int]]:
    """Return download -> which of these signals it held; one block is unpacked at a time."""
    wanted = select(SightingBlock.download_id, SightingBlock.packed).join(
        Download, Download.id == SightingBlock.download_id
    )
    found: dict[int, set[int]] = {}
    for download, packed in session.execute(wanted.where(Download.municipality == municipality)).yield_per(20):
        held = _unpacked(packed).filter(pl.col("signal_id").is_in(list(signals)))["signal_id"]
        if held.len():
            found.setdefault(download, set()).update(held)
    return found


def follow(session: Session, municipality: str, gone: Mapping[int, int]) -> None:
    """Let sightings of signals that became another's be of that one: id -> the id that stays."""
    if not gone:
        return
    wanted = select(SightingBlock).join(Download, Download.id == SightingBlock.download_id)
    for block in session.scalars(wanted.where(Download.municipality == municipality)):
        sightings = _unpacked(block.packed)
        if sightings["signal_id"].is_in(list(gone)).any():
            block.packed = _packed(sightings.with_columns(pl.col("signal_id").replace(dict(gone))))


def _packed(sightings: pl.DataFrame) -> bytes:
    written = BytesIO()
    sightings.select(_EMPTY.columns).write_ipc_stream(written, compression="zstd")
    return written.getvalue()


def _unpacked(packed: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(packed)
