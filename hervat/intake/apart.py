"""Two persons who were joined by a wrong row: whose each row of the originals is, and loading them again as two."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hervat.errors import UsageError
from hervat.intake.joins import identified, quarantine_joining
from hervat.intake.load import load_rows, typed_rows
from hervat.intake.overrule import bare
from hervat.intake.signals import downloads_with, keep, sightings_of
from hervat.night import Night
from hervat.register import ACCEPTED, Bulk, among
from hervat.register.models import Download, Personalia, QuarantinedRow, SightingBlock, SignalRow
from hervat.vault import Vault

Marked = frozenset[tuple[str, str]]
"""Numbers: kind (bsn or v) and value, as the register spells them."""


@dataclass(frozen=True)
class RowsApart:
    """The rows of one download about two joined persons: those of one of them, and those that join them.

    moved: how many of the first are about the other person. Personal data: it has no repr.
    """

    download: Download
    rows: pl.DataFrame
    joining: pl.DataFrame
    moved: int

    def __repr__(self) -> str:
        return f"RowsApart(download {self.download.id})"


def rows_apart(session: Session, night: Night, signals: Collection[int], own: Marked, other: Marked) -> list[RowsApart]:
    """Return whose each row of the originals with these signals is, in the order of the downloads.

    own, other: the numbers of the person who stays and of the other one. Raises UsageError if that can't be told: an
    original was destroyed or holds no such row any more, no row joins the two, or a number is joined to neither.
    """
    held = downloads_with(session, night.code, signals)
    if len(set().union(*held.values())) != len(set(signals)):
        raise UsageError("of some signals of this person it is not known in which original they were")
    there = {thing.id for thing in Vault(night.settings.vault, night.keyring).objects("download")}
    query = select(Download).where(among(Download.id, held)).order_by(Download.made_at, Download.id)
    downloads = session.scalars(query).all()
    if gone := [str(download.id) for download in downloads if download.object_id not in there]:
        raise UsageError(f"download {', '.join(gone)} was destroyed: which of the two its rows are about is not known")
    apart = [_apart(session, night, download, held[download.id], own, other) for download in downloads]
    if not any(rows.joining.height for rows in apart):
        raise UsageError("no row of an original joins these numbers to the others of this person")
    for numbers in (own, other):
        _refuse_loose(numbers, [pair for rows in apart for pair in _pairs(rows.rows)])
    return apart


def _apart(
    session: Session, night: Night, download: Download, signals: Collection[int], own: Marked, other: Marked
) -> RowsApart:
    rows = _rows(session, night, download, signals)
    sides = {row: _sides(download, row, pair, own, other) for row, pair in zip(rows["row"], _pairs(rows), strict=True)}
    joining = [row for row, found in sides.items() if len(found) > 1]
    moved = sum(found == {"other"} for found in sides.values())
    is_joining = pl.col("row").is_in(joining)
    return RowsApart(download, rows.filter(~is_joining), rows.filter(is_joining), moved)


def _rows(session: Session, night: Night, download: Download, signals: Collection[int]) -> pl.DataFrame:
    """Return the typed rows with these signals; one that a person accepted as it was loaded: with one number."""
    seen = sightings_of(session, download.id).filter(pl.col("signal_id").is_in(list(signals)))["row"].to_list()
    frames = [frame.filter(pl.col("row").is_in(seen)) for frame in typed_rows(night, download)]
    rows = pl.concat(frames)
    if rows.height != len(seen):
        raise UsageError(f"the original of download {download.id} has not all of its rows under its format any more")
    accepted = select(QuarantinedRow.row).where(
        QuarantinedRow.download_id == download.id, QuarantinedRow.status == ACCEPTED
    )
    is_bare = pl.col("row").is_in(list(session.scalars(accepted)))
    return pl.concat([rows.filter(~is_bare), bare(rows.filter(is_bare))]).sort("row")


def _pairs(rows: pl.DataFrame) -> list[list[tuple[str, str]]]:
    """Return the numbers of each row: kind and value."""
    pairs = identified(rows).select("bsn", "v").iter_rows(named=True)
    return [[(kind, value) for kind, value in pair.items() if value] for pair in pairs]


def _sides(download: Download, row: int, pair: Iterable[tuple[str, str]], own: Marked, other: Marked) -> set[str]:
    sides = {"own" if number in own else "other" if number in other else "" for number in pair}
    if not sides or "" in sides:
        raise UsageError(f"row {row} of download {download.id} has a number that is not this person's any more")
    return sides


def _refuse_loose(numbers: Marked, pairs: Iterable[Sequence[tuple[str, str]]]) -> None:
    """Raise UsageError unless rows about one of the two alone hold all of their numbers, and tie them together."""
    groups, seen = [{number} for number in numbers], set[tuple[str, str]]()
    for pair in pairs:
        if set(pair) <= numbers:
            seen |= set(pair)
            met = [group for group in groups if not group.isdisjoint(pair)]
            groups = [group for group in groups if group.isdisjoint(pair)] + [set().union(*met)]
    if len(groups) > 1 or seen != numbers:
        raise UsageError(
            "the originals do not tie the numbers of one of the two together; give every BSN and V-nummer of the other"
            " person, and none of this one"
        )


def load_apart(session: Session, night: Night, person: int, apart: Iterable[RowsApart]) -> None:
    """Load the rows of two persons again, in the transaction of `session`; their identifiers are apart already.

    The signals and personalia of `person` are made anew from the rows. Rows that join the two are quarantined.
    """
    session.execute(delete(SignalRow).where(SignalRow.person_id == person))
    session.execute(delete(Personalia).where(Personalia.person_id == person))
    for rows in apart:
        _load_again(session, night, rows)


def _load_again(session: Session, night: Night, rows: RowsApart) -> None:
    download = rows.download
    mine = [*rows.rows["row"], *rows.joining["row"]]
    others = sightings_of(session, download.id).filter(~pl.col("row").is_in(mine))
    session.execute(delete(SightingBlock).where(SightingBlock.download_id == download.id))
    load_rows(night, session, download, rows.rows)
    with Bulk(session) as bulk:
        keep(bulk, download.id, others)
    quarantine_joining(session, night, download.id, rows.joining)
    seen = sightings_of(session, download.id)["loaded"]
    download.rows_loaded, download.rows_known = int(seen.sum()), seen.len() - int(seen.sum())
    download.rows_quarantined += rows.joining.height
