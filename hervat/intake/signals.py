"""Storing signals, and sightings: which row of which download is which signal."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO

import polars as pl
from sqlalchemy import Update, delete, select, update
from sqlalchemy.orm import Session

from hervat.register import Bulk, among, scope
from hervat.register.models import Download, SightingBlock, SignalRow

_EMPTY = pl.DataFrame(schema={"row": pl.Int64, "signal_id": pl.Int64, "loaded": pl.Boolean})


def keep(bulk: Bulk, download_id: int, sightings: pl.DataFrame) -> None:
    """Store the sightings of some rows of a download: row, signal_id, and loaded (the signal was new)."""
    if sightings.height:
        first = int(sightings["row"][0])
        block = {"download_id": download_id, "first_row": first, "rows": sightings.height}
        bulk.add(SightingBlock(**block, packed=_packed(sightings)))


def sightings_of(session: Session, download_id: int) -> pl.DataFrame:
    """Return all sightings of a download, by row."""
    blocks = session.scalars(select(SightingBlock.packed).where(SightingBlock.download_id == download_id))
    return pl.concat([_EMPTY, *(_unpacked(block) for block in blocks)]).sort("row")


def downloads_with(session: Session, municipality: str, signals: Collection[int]) -> dict[int, set[int]]:
    """Return download -> the signals of these that it held; one block is unpacked at a time."""
    query = select(SightingBlock.download_id, SightingBlock.packed).join(
        Download, Download.id == SightingBlock.download_id
    )
    signals_of: dict[int, set[int]] = {}
    for download, packed in session.execute(query.where(scope(Download, municipality))).yield_per(20):
        held = _unpacked(packed).filter(pl.col("signal_id").is_in(list(signals)))["signal_id"]
        if held.len():
            signals_of.setdefault(download, set()).update(held)
    return signals_of


def persons_in(session: Session, download_id: int) -> Iterator[set[int]]:
    """Yield the numbers of the persons whose signals were loaded from a download, each once; a block at a time."""
    told: set[int] = set()
    query = select(SightingBlock.packed).where(SightingBlock.download_id == download_id)
    for packed in session.scalars(query.order_by(SightingBlock.first_row)).yield_per(20):
        signals = _unpacked(packed)["signal_id"].unique().to_list()
        found = set(session.scalars(select(SignalRow.person_id).where(among(SignalRow.id, signals)))) - told
        told |= found
        yield found


def brought_in(session: Session, downloads: Collection[int]) -> range:
    """Return the ids from the first to the last signal that was new in one of these downloads; empty if none was."""
    query = select(SightingBlock.packed).where(SightingBlock.download_id.in_(downloads))
    new = (_unpacked(packed).filter("loaded")["signal_id"].sort() for packed in session.scalars(query).yield_per(20))
    ends = [int(end) for ids in new if ids.len() for end in (ids[0], ids[-1])]
    return range(min(ends), max(ends) + 1) if ends else range(0)


def follow(session: Session, municipality: str, gone: Mapping[int, int]) -> None:
    """Change sightings of merged signals (id -> the id that stays) to the one that stays."""
    if not gone:
        return
    query = select(SightingBlock).join(Download, Download.id == SightingBlock.download_id)
    for block in session.scalars(query.where(scope(Download, municipality))):
        sightings = _unpacked(block.packed)
        if sightings["signal_id"].is_in(list(gone)).any():
            block.packed = _packed(sightings.with_columns(pl.col("signal_id").replace(dict(gone))))


def unsee(session: Session, municipality: str, signals: Collection[int]) -> int:
    """Leave signals out of the sightings; return the number of changed blocks. One block is unpacked at a time.

    `rows` stays the number of rows that were good when the file was loaded.
    """
    gone, changed = pl.Series(sorted(signals), dtype=pl.Int64).implode(), 0
    own = select(SightingBlock.download_id, SightingBlock.first_row).join(
        Download, Download.id == SightingBlock.download_id
    )
    for download, first in session.execute(own.where(scope(Download, municipality))).all():
        place = (SightingBlock.download_id == download, SightingBlock.first_row == first)
        sightings = _unpacked(session.execute(select(SightingBlock.packed).where(*place)).scalar_one())
        left = sightings.filter(~pl.col("signal_id").is_in(gone))
        if left.height < sightings.height:
            _rewrite(session, update(SightingBlock).where(*place).values(packed=_packed(left)))
            changed += 1
    return changed


def _rewrite(session: Session, statement: Update) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})


def _packed(sightings: pl.DataFrame) -> bytes:
    written = BytesIO()
    sightings.select(_EMPTY.columns).write_ipc_stream(written, compression="zstd")
    return written.getvalue()


def _unpacked(packed: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(packed)


KEY = ("person_id", "code", "date", "wet", "gemeentecode")
FACTS = ("doelgroep", "kennisgeving")
_SAID_ON = tuple(f"{fact}_on" for fact in FACTS)  # null: by the download that was seen last
_TYPES = {
    "id": pl.Int64, "person_id": pl.Int64, "code": pl.String, "date": pl.Date, "wet": pl.String,
    "gemeentecode": pl.String, "first_seen": pl.Date, "last_seen": pl.Date, "doelgroep": pl.String,
    "kennisgeving": pl.Date, "doelgroep_on": pl.Date, "kennisgeving_on": pl.Date,
}  # fmt: skip
_HASH = pl.struct(KEY).hash().alias("hash")  # finds candidates fast; the key itself decides
Key = tuple[int, str, date, str, str]


class SignalStore:
    """The signals of the persons in downloads of one transaction; `put` writes a batch of rows of one of them."""

    def __init__(self, bulk: Bulk, municipality: str) -> None:
        self._bulk, self._code = bulk, municipality
        self.forget()

    def forget(self) -> None:
        """Clear the cache: persons were merged, and their signals are read again."""
        self._known = pl.DataFrame(schema=_TYPES).with_columns(_HASH)  # of all persons met so far
        self._met: set[int] = set()

    def put(self, rows: pl.DataFrame, download_id: int, made_on: date, strangers: Collection[int] = ()) -> int:
        """Write a batch of signals and sightings; return the number of rows with a new signal.

        rows: `row`, the columns of KEY and FACTS, `may_be_ignored`. made_on: the day of the download. strangers:
        persons who were made for these rows, so that nothing is known of them.
        """
        persons = set(rows["person_id"].unique()) - self._met
        self._known = pl.concat([self._known, self._read(persons - set(strangers))])
        self._met |= persons
        hashed = rows.with_columns(_HASH)
        near = self._known.join(hashed, on="hash", how="semi").drop("hash")
        joined = hashed.join(near, on=KEY, how="left", suffix="_then", maintain_order="left")
        new = _with_first(joined.filter(pl.col("id").is_null()))
        fresh = self._insert(_once(new), made_on)
        self._refresh(joined.filter(pl.col("id").is_not_null()), made_on)
        self._keep(download_id, joined, new, fresh)
        return fresh.height

    def _read(self, persons: set[int]) -> pl.DataFrame:
        query = select(*(getattr(SignalRow, name) for name in _TYPES)).where(among(SignalRow.person_id, persons))
        signals = self._bulk.read(query, _TYPES) if persons else pl.DataFrame(schema=_TYPES)
        return signals.with_columns(_HASH)

    def _insert(self, rows: pl.DataFrame, made_on: date) -> pl.DataFrame:
        """Write new signals; return them with their ids, and the row of each."""
        seen = pl.lit(made_on)
        ordered = rows.sort("person_id", "code", "date")  # in index order: faster
        fresh = ordered.with_columns(
            self._bulk.next_ids(SignalRow, rows.height).alias("id"),
            pl.lit(self._code).alias("municipality"), seen.alias("first_seen"), seen.alias("last_seen"),
            *(pl.lit(None, pl.Date).alias(name) for name in _SAID_ON),
        )  # fmt: skip
        written = ["id", "municipality", *KEY, *FACTS, "first_seen", "last_seen", "may_be_ignored"]
        self._bulk.insert(SignalRow, fresh.select(written))
        self._known = pl.concat([self._known, fresh.select(self._known.columns)])
        return fresh

    def _keep(self, download_id: int, joined: pl.DataFrame, new: pl.DataFrame, fresh: pl.DataFrame) -> None:
        """Store the sightings."""
        ids = new.select("row", "first_row").join(fresh.select(first_row="row", fresh_id="id"), on="first_row")
        sightings = joined.select("row", "id").join(ids, on="row", how="left", maintain_order="left")
        loaded = (pl.col("row") == pl.col("first_row")).fill_null(False)
        keep(self._bulk, download_id, sightings.select("row", signal_id=pl.coalesce("id", "fresh_id"), loaded=loaded))

    def _refresh(self, rows: pl.DataFrame, made_on: date) -> None:
        """Update the known signals that were seen again."""
        if rows.is_empty():
            return
        last = rows.sort("row").group_by("id", maintain_order=True).agg(
            pl.col("last_seen", "first_seen", *(f"{name}_then" for name in FACTS), *_SAID_ON).first(),
            pl.col(*FACTS).max(),
        ) if rows["id"].is_duplicated().any() else rows  # fmt: skip
        changed = _other_facts(last, made_on)
        if changed.height:
            self._bulk.session.execute(update(SignalRow), changed.to_dicts())
            self._known = self._known.update(changed, on="id", include_nulls=True)
        self._seen(last.filter(pl.col("last_seen") < made_on)["id"], "last_seen", made_on)
        self._seen(last.filter(pl.col("first_seen") > made_on)["id"], "first_seen", made_on)

    def _seen(self, ids: pl.Series, name: str, made_on: date) -> None:
        if ids.len():
            statement = update(SignalRow).where(among(SignalRow.id, ids)).values({name: made_on})
            self._bulk.session.execute(statement, execution_options={"synchronize_session": False})
            seen = pl.when(pl.col("id").is_in(ids.implode())).then(pl.lit(made_on)).otherwise(name)
            self._known = self._known.with_columns(seen.alias(name))


def _other_facts(rows: pl.DataFrame, made_on: date) -> pl.DataFrame:
    """Return the facts of signals that a download of this day changes: `id`, each fact, and when it was said.

    Of each fact the value that the newest download said counts, of two of one day the greater: the order of loading and
    where a file is cut into batches do not matter. A download that leaves a fact out says nothing of it.
    """
    made, newest, differs = pl.lit(made_on), list[pl.Expr](), list[pl.Expr]()
    for name in FACTS:
        then, said_on = pl.col(f"{name}_then"), pl.coalesce(f"{name}_on", "last_seen")
        newer = then.is_null() | (made > said_on) | ((made == said_on) & (pl.col(name) > then))
        says = pl.col(name).is_not_null() & newer
        value, day = pl.when(says).then(name).otherwise(then), pl.when(says).then(made).otherwise(said_on)
        seen_later = value.is_not_null() & (day < pl.max_horizontal(made, "last_seen"))
        on = pl.when(seen_later).then(day)
        newest += [value.alias(name), on.alias(f"{name}_on")]
        differs += [value.ne_missing(then), on.ne_missing(pl.col(f"{name}_on"))]
    return rows.filter(pl.any_horizontal(differs)).with_columns(newest).select("id", *FACTS, *_SAID_ON)


def _with_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Return new rows with the number of the first row with the same signal."""
    doubled = rows["hash"].is_duplicated().any()
    return rows.with_columns(first_row=pl.col("row").first().over(KEY) if doubled else pl.col("row"))


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Return each new signal once, with the greatest values of its rows, under the number of its first row."""
    if rows["row"].equals(rows["first_row"]):
        return rows
    facts = pl.col(*FACTS).max()
    first = pl.col("row", "may_be_ignored", "hash").first()
    return rows.group_by(KEY, maintain_order=True).agg(first, facts)


def fold(session: Session, municipality: str, rows: Iterable[SignalRow], merged: dict[int, int]) -> None:
    """Move signals to the person that stays; two that become the same signal are merged, seen on the later day."""
    kept: dict[Key, SignalRow] = {}
    gone: dict[int, int] = {}
    for row in rows:
        key = (merged.get(row.person_id, row.person_id), row.code, row.date, row.wet, row.gemeentecode)
        first = kept.setdefault(key, row)
        if first is not row:
            _join(first, row)
            gone[row.id] = first.id
    follow(session, municipality, gone)
    session.execute(delete(SignalRow).where(SignalRow.id.in_(gone)))
    for key, row in kept.items():
        row.person_id = key[0]
    session.flush()


def _join(first: SignalRow, other: SignalRow) -> None:
    """Make one signal of two, by the rule of `_other_facts`."""
    last_seen = max(first.last_seen, other.last_seen)
    for name in FACTS:
        said = [
            (getattr(row, f"{name}_on") or row.last_seen, getattr(row, name))
            for row in (first, other)
            if getattr(row, name) is not None
        ]
        day, value = max(said, default=(last_seen, None))
        setattr(first, name, value)
        setattr(first, f"{name}_on", day if day < last_seen else None)
    first.last_seen, first.first_seen = last_seen, min(first.first_seen, other.first_seen)
