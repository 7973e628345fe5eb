"""Load: each good row becomes a known or a new signal, or a foreign row; all of a download in one transaction."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.downloads import load_format, name_facts, read, typed
from hervat.errors import HervatError, redacted
from hervat.intake.identities import Identities
from hervat.intake.mended import end_mended
from hervat.intake.signal_store import Seen, SignalStore
from hervat.intake.verdicts import VALIDATED
from hervat.night import Counts, Night
from hervat.register.models import Download, ForeignRow, Incident, QuarantinedRow
from hervat.register.models.intake import LOADED
from hervat.settings import Source
from hervat.signals import catalogue
from hervat.vault import Vault

_DETAILS = ("surname", "prefix", "first_names", "birth")
_HASHED = ("code", "signal_date", "bsn", "v_number", "gemeentecode", "wet")


def load(night: Night) -> Counts:
    """Load every validated download. rows read = loaded + known + foreign + quarantined."""
    total: Counter[str] = Counter()
    with night.register.session() as session:
        waiting = select(Download).where(Download.municipality == night.code, Download.status == VALIDATED)
        downloads = session.scalars(waiting.order_by(Download.made_at, Download.id)).all()
    for download in downloads:
        try:
            total.update(load_one(night, download.id))
        except Exception as error:  # noqa: BLE001 - a failure stays within its download
            night.fail(f"download {download.id} was not loaded: {redacted(error)}")
    return {
        "rows": {name: total[name] for name in ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")}
    }


def load_one(night: Night, download_id: int) -> Counter[str]:
    """Load one download in one transaction. Return its counts of rows."""
    with night.register.session() as session:
        download = session.get_one(Download, download_id)
        counts = _Loading(night, session, download).all_rows()
        _incident(session, night, download, counts["foreign"])
        download.status = LOADED
        for name, count in counts.items():
            setattr(download, f"rows_{name}", count)
        session.flush()
        end_mended(session, download)
        told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
        journal.record(session, night.code, night.actor, "loaded", f"download {download_id}", told, night.origin)
    night.say(f"loaded download {download_id}: {told}")
    return counts


def load_rows(night: Night, session: Session, download: Download, rows: pl.DataFrame) -> tuple[int, int]:
    """Load typed rows as those of a loaded download. Return how many brought in a signal, and how many were known."""
    loading = _Loading(night, session, download)
    seen = loading._seen(rows)
    loaded = loading._store.put(seen) if seen else 0
    return loaded, len(seen) - loaded


def typed_rows(night: Night, download: Download) -> Iterator[pl.DataFrame]:
    """Yield the typed rows of a download from the vault, a batch at a time. Raises StructureRefused."""
    source = source_of(night, download)
    form = load_format(source.format, night.settings.directory)
    vault = Vault(night.settings.vault, night.keyring)
    wet = name_facts(form, download.name).wet
    for frame in read(lambda: vault.open(download.object_id), download.name, form).batches():
        yield typed(frame, form, wet)


def source_of(night: Night, download: Download) -> Source:
    """Return the source that a download came from; one that is gone from the configuration is an error."""
    for source in night.municipality.sources:
        if source.name == download.source:
            return source
    raise HervatError(f"download {download.id} came from source {download.source}, which is no longer configured")


class _Loading:
    def __init__(self, night: Night, session: Session, download: Download) -> None:
        self._night, self._session, self._download = night, session, download
        self._own = {night.code, *night.municipality.former_codes}
        self._people = Identities(session, night.keyring)
        self._store = SignalStore(session, night.code, download.id, download.made_on)
        failed = select(QuarantinedRow.row).where(QuarantinedRow.download_id == download.id)
        self._failed = list(session.scalars(failed))

    def all_rows(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for frame in typed_rows(self._night, self._download):
            good = frame.filter(~pl.col("row").is_in(self._failed))
            foreign = good.filter(pl.col("gemeentecode").is_not_null() & ~pl.col("gemeentecode").is_in(self._own))
            own = good.filter(pl.col("gemeentecode").is_null() | pl.col("gemeentecode").is_in(self._own))
            self._keep_foreign(foreign)
            rows = self._seen(own)
            loaded = self._store.put(rows) if rows else 0
            unknown = sum(catalogue().kind(seen.key[1]) is None for seen in rows)
            counts.update(
                read=frame.height,
                loaded=loaded,
                known=len(rows) - loaded,
                foreign=foreign.height,
                quarantined=frame.height - good.height,
                unknown_code=unknown,
            )
        return counts

    def _seen(self, frame: pl.DataFrame) -> list[Seen]:
        rows = frame.to_dicts()
        persons = self._people.persons_of([_marks(row) for row in rows])
        return [self._one(row, person) for row, person in zip(rows, persons, strict=True)]

    def _one(self, row: dict[str, Any], person: int) -> Seen:
        code, day = row["code"], row["signal_date"]
        ignorable = catalogue().kind(code) == "ten_week" and self._night.rounds.at(day) is not None
        key = (person, code, day, row["wet"], row["gemeentecode"] or self._night.code)
        return Seen(row["row"], key, row["group"], row["kennisgeving"], self._details(row), ignorable)

    def _details(self, row: dict[str, Any]) -> bytes | None:
        said = {name: str(row[name]) for name in _DETAILS if row[name] is not None}
        plain = json.dumps(said, ensure_ascii=False).encode()
        return self._night.keyring.seal(plain, "details") if said else None

    def _keep_foreign(self, frame: pl.DataFrame) -> None:
        rows = [
            {
                "download_id": self._download.id,
                "row": row["row"],
                "row_hash": self._night.keyring.pseudonym("row", json.dumps([str(row[name]) for name in _HASHED])),
            }
            for row in frame.to_dicts()
        ]
        if rows:
            self._session.execute(insert(ForeignRow), rows)


def _marks(row: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return BSN and V-nummer; a V-nummer 0 beside a BSN is a placeholder that would join strangers."""
    bsn, v_number = row["bsn"], row["v_number"]
    return bsn, None if bsn and v_number == "0" else v_number


def _incident(session: Session, night: Night, download: Download, count: int) -> None:
    session.execute(delete(Incident).where(Incident.download_id == download.id))
    if count:
        session.add(
            Incident(
                municipality=night.code,
                kind="foreign_rows",
                download_id=download.id,
                count=count,
                opened_on=night.as_of,
            )
        )
