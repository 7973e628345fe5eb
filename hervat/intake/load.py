"""Load: every good row becomes a known or new signal, or a foreign row; one transaction for a download or some small.

A transaction in which one of several downloads fails is rolled back, and each has one of its own.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.errors import redacted
from hervat.intake.incidents import open_for_rows
from hervat.intake.joins import any_apart, identified, joining_rows, quarantine_joining
from hervat.intake.mended_files import end_mended
from hervat.intake.original_rows import OriginalRows
from hervat.intake.personalia import PersonaliaStore
from hervat.intake.persons import Identities
from hervat.intake.signals import SignalStore
from hervat.intake.validation_results import VALIDATED
from hervat.night import Counts, Night
from hervat.register import LOADED, Bulk, among, scope
from hervat.register.models import Download, ForeignRow, QuarantinedRow
from hervat.rules import catalogue

_FEW, _MANY = 20_000, 50_000  # rows
_FEW_PERSONS = 5_000  # numbers of persons that may wait to be written
_HASHED = ("code", "signal_date", "bsn", "v_number", "gemeentecode", "wet")


def load(night: Night) -> Counts:
    """Load every validated download. rows read = loaded + known + foreign + quarantined."""
    total: Counter[str] = Counter()
    with night.register.session() as session:
        waiting = select(Download).where(scope(Download, night.code), Download.status == VALIDATED)
        downloads = session.scalars(waiting.order_by(Download.made_at, Download.id)).all()
    for some in _together(night, [download.id for download in downloads]):
        for counts in _loaded(night, some):
            total.update(counts)
    if total["loaded"] > _MANY:
        night.register.learn_sizes("person", "identifier", "signal")
    return {
        "rows": {name: total[name] for name in ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")}
    }


def _together(night: Night, downloads: Sequence[int]) -> Iterator[list[int]]:
    """Yield the downloads, in order; those with few rows at hand together: a transaction costs as much as many rows."""
    some, rows = list[int](), 0
    for download in downloads:
        height = night.handover.rows.height(download)
        height = _FEW if height is None else height
        if some and rows + height > _FEW:
            yield some
            some, rows = [], 0
        some, rows = [*some, download], rows + height
    if some:
        yield some


def _loaded(night: Night, downloads: Sequence[int]) -> Sequence[Counter[str]]:
    """Load downloads; return the counts of those that could be loaded."""
    try:
        return load_together(night, downloads)
    except Exception as error:  # noqa: BLE001 - a failure stays within its download
        if len(downloads) > 1:
            return [counts for download in downloads for counts in _loaded(night, [download])]
        night.error(f"download {downloads[0]} was not loaded: {redacted(error)}")
        return []


def load_together(night: Night, downloads: Sequence[int]) -> Sequence[Counter[str]]:
    """Load downloads one after another, in one transaction; return the counts of rows of each."""
    with night.register.session() as session, Bulk(session) as bulk:
        rows = {row.id: row for row in session.scalars(select(Download).where(among(Download.id, downloads)))}
        loading = _Loading(night, bulk, _failed(session, downloads))
        counts = [_load(night, loading, rows[number]) for number in downloads]
        loading.write()
    for number, one in zip(downloads, counts, strict=True):
        night.log(f"loaded download {number}: {_message(one)}")
    return counts


def _failed(session: Session, downloads: Sequence[int]) -> dict[int, list[int]]:
    """Return download -> the numbers of its rows in quarantine."""
    query = select(QuarantinedRow.download_id, QuarantinedRow.row)
    failed: defaultdict[int, list[int]] = defaultdict(list)
    for download, row in session.execute(query.where(among(QuarantinedRow.download_id, downloads))):
        failed[download].append(row)
    return failed


def _load(night: Night, loading: "_Loading", download: Download) -> Counter[str]:
    counts = loading.all_rows(download)
    session = loading.bulk.session
    if counts["foreign"]:
        open_for_rows(session, night, download)
    download.status = LOADED
    for name, count in counts.items():
        setattr(download, f"rows_{name}", count)
    session.flush()
    end_mended(session, download)
    night.record(session, "loaded", f"download {download.id}", _message(counts))
    return counts


def _message(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in sorted(counts))


def load_rows(night: Night, session: Session, download: Download, rows: pl.DataFrame) -> tuple[int, int]:
    """Load typed rows of a loaded download; return the numbers of rows with a new and with a known signal."""
    with Bulk(session) as bulk:
        loading = _Loading(night, bulk)
        loaded = loading.put(download, rows) if rows.height else 0
        loading.write()
    return loaded, rows.height - loaded


def typed_rows(night: Night, download: Download) -> Iterator[pl.DataFrame]:
    """Return the typed rows of a download from the vault, a batch at a time. Raises StructureRefused."""
    return OriginalRows(night, download).typed()


class _Loading:
    """Downloads that are loaded in one transaction; what is known of their persons is read once.

    failed: download -> the numbers of its rows that are left out. `write` writes what waits for the end.
    """

    def __init__(self, night: Night, bulk: Bulk, failed: Mapping[int, Sequence[int]] | None = None) -> None:
        self._night, self.bulk, self._failed = night, bulk, failed or {}
        self._own = {night.code, *night.municipality.former_codes}
        self._personalia = PersonaliaStore(bulk, night.keyring)
        self._people = Identities(bulk, night.keyring, before_merging=self._personalia.write)
        self._store = SignalStore(bulk, night.code)
        self._apart = any_apart(bulk.session, night.code)

    def all_rows(self, download: Download) -> Counter[str]:
        counts: Counter[str] = Counter()
        judged = self._night.handover.rows.take(download.id)
        for frame in typed_rows(self._night, download) if judged is None else judged:
            good = frame.filter(~pl.col("row").is_in(self._failed.get(download.id, [])))
            elsewhere = ~pl.col("gemeentecode").is_in(self._own)
            foreign = good.filter(elsewhere)
            own = good.filter(elsewhere.fill_null(False).not_())
            self._keep_foreign(download, foreign)
            joining = self._joining(own)
            if joining.height:
                quarantine_joining(self.bulk.session, self._night, download.id, joining)
                own = own.join(joining, on="row", how="anti", maintain_order="left")
            loaded = self.put(download, own) if own.height else 0
            counts.update(
                read=frame.height,
                loaded=loaded,
                known=own.height - loaded,
                foreign=foreign.height,
                quarantined=frame.height - good.height + joining.height,
                unknown_code=_unknown(own["code"]),
            )
        return counts

    def put(self, download: Download, own: pl.DataFrame) -> int:
        """Write the rows of our own persons; return the number with a new signal."""
        rows = self._with_persons(own)
        if self._people.joined:
            self._store.forget()
            self._personalia.forget()
        signals = rows.select(
            "row", "person_id", "code", "wet", "kennisgeving", self._ignorable(),
            pl.col("signal_date").alias("date"), pl.col("group").alias("doelgroep"),
            pl.col("gemeentecode").fill_null(self._night.code),
        )  # fmt: skip
        loaded = self._store.put(signals, download.id, download.made_on, self._people.made)
        if self._apart or self._people.waiting > _FEW_PERSONS:
            self._people.write()  # what is sealed is sealed while the signals go in
        self._personalia.put(rows, download.made_on, self._people.made)
        return loaded

    def write(self) -> None:
        """Write what waited for the last download."""
        self._people.write()
        self._personalia.write()

    def _joining(self, own: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that would join two persons who were told apart."""
        return joining_rows(self.bulk.session, self._night, self._people, own) if self._apart else own.clear()

    def _with_persons(self, own: pl.DataFrame) -> pl.DataFrame:
        """Return the rows with person ids."""
        rows = identified(own)
        persons = self._people.of(rows.select("bsn", "v").unique(maintain_order=True))
        return rows.join(persons, on=["bsn", "v"], how="left", nulls_equal=True, maintain_order="left")

    def _ignorable(self) -> pl.Expr:
        codes = [code for code, signal in catalogue().signals.items() if signal.kind == "ten_week"]
        periods = [round.period for round in self._night.rounds.rounds]
        within = pl.any_horizontal(pl.col("signal_date").is_between(period.from_, period.until) for period in periods)
        return (pl.col("code").is_in(codes) & within).alias("may_be_ignored")

    def _keep_foreign(self, download: Download, frame: pl.DataFrame) -> None:
        pseudonym = self._night.keyring.pseudonyms("row")
        hashes = [pseudonym(json.dumps([str(cell) for cell in row])) for row in frame.select(_HASHED).iter_rows()]
        foreign = frame.select("row", pl.Series("row_hash", hashes, dtype=pl.String), download_id=download.id)
        self.bulk.insert(ForeignRow, foreign)


def _unknown(codes: pl.Series) -> int:
    """Return the number of rows with a code that is not in the catalogue."""
    return sum(count for code, count in codes.value_counts().iter_rows() if catalogue().kind(code) is None)
