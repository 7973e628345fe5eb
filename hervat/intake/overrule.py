"""Show and accept a row in quarantine (docs/decisions/0021), within the limits of what a person may overrule."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import named, signed
from hervat.downloads import (
    FIELDS,
    DownloadFile,
    Format,
    fix_of,
    is_correction_like,
    is_found,
    load_format,
    name_facts,
    read,
    typed,
    unpacked,
)
from hervat.errors import HervatError, UsageError
from hervat.intake.load import load_rows
from hervat.intake.original_rows import source_of
from hervat.intake.quarantine import OVERRULABLE
from hervat.night import Night
from hervat.register import ACCEPTED, LOADED, OPEN, municipality_lock, scope
from hervat.register.models import Download, QuarantinedRow
from hervat.vault import Vault

Judge = Callable[[pl.DataFrame, date], Collection[str]]
"""Returns the reasons for which typed rows of a file of a day would be quarantined."""

_TEXTS = ("surname", "prefix", "first_names", "birth_text", "group", "description")
_LONGEST = 500


@dataclass(frozen=True)
class _Row:
    """One row as it is in the vault. Personal data: it has no repr."""

    raw: pl.DataFrame
    typed: pl.DataFrame
    file: DownloadFile
    form: Format

    def __repr__(self) -> str:
        return "_Row(...)"


@dataclass(frozen=True)
class Shown:
    """A quarantined row: the reason, the fields that the reason is about, its cells by field, and their number.

    expected: the number of cells in the header. Personal data: it has no repr.
    """

    reason: str
    meant: list[str]
    cells: dict[str, str]
    count: int
    expected: int

    def __repr__(self) -> str:
        return "Shown(...)"


def show_row(night: Night, download_id: int, row: int, by: str, why: str) -> Shown:
    """Return an open quarantined row, for its owner; the journal records it first.

    Raises UsageError if there is no open row or no name.
    """
    who = named(by, why)
    with night.register.session() as session:
        download, held = _open(session, night, download_id, row)
        shown = _from_vault(night, download, row)
        thing = f"download {download_id} row {row}"
        night.record(session, "shown", thing, who.reason or "ok", by=who)
        raw = shown.raw.row(0, named=True)
        cells: dict[str, str] = {name: raw[name] for name in FIELDS if raw[name] is not None}
        meant = _meant(held.reason, cells, shown.form)
        return Shown(held.reason, meant, cells, shown.file.cells(row), shown.file.header.width)


def _meant(reason: str, cells: dict[str, str], form: Format) -> list[str]:
    """Return the fields that a reason is about: its own field, or those in which it is found."""
    field = fix_of(reason).field
    if field != "any" and reason != "day_in_number":
        return [field] if field else []
    return [name for name in FIELDS if name in cells and is_found(reason, name, cells[name], form)]


def overrule_row(night: Night, download_id: int, row: int, by: str, why: str, judge: Judge) -> bool:
    """Load a quarantined row all the same; return True if its signal is new.

    Raises UsageError if it may not be overruled, Busy while another run is active.
    """
    who = signed(by, why)
    with municipality_lock(night.register, night.code, night.patience), night.register.session() as session:
        download, held = _open(session, night, download_id, row)
        if download.status != LOADED:
            raise UsageError(f"download {download_id} is {download.status}; `hervat run` loads it, accept the row then")
        rows = _from_vault(night, download, row).typed
        _refuse(night, held, rows, judge(rows, download.made_on))
        loaded, known = load_rows(night, session, download, bare(rows))
        download.rows_loaded, download.rows_known = download.rows_loaded + loaded, download.rows_known + known
        download.rows_quarantined -= 1
        held.status, held.ended_by, held.ended_why = ACCEPTED, who.by, who.reason
        thing = f"download {download_id} row {row}"
        night.record(session, "accepted", thing, f"{loaded} loaded, {known} known", by=who)
    return bool(loaded)


def _open(session: Session, night: Night, download_id: int, row: int) -> tuple[Download, QuarantinedRow]:
    query = select(QuarantinedRow).where(
        scope(QuarantinedRow, night.code),
        QuarantinedRow.download_id == download_id,
        QuarantinedRow.row == row,
        QuarantinedRow.status == OPEN,
    )
    held = session.scalars(query).first()
    if held is None:
        raise UsageError(
            f"row {row} of download {download_id} is not in quarantine; `hervat quarantine list` shows them"
        )
    return session.get_one(Download, download_id), held


def _from_vault(night: Night, download: Download, row: int) -> _Row:
    """Return a row of a download from the vault. Raises HervatError if the file has no such row any more."""
    form = load_format(source_of(night, download).format, night.settings.directory)
    vault = Vault(night.settings.vault, night.keyring)
    opener = unpacked(lambda: vault.open(download.object_id), download.name)
    file = read(opener, download.name, form)
    for frame in file.batches():
        raw = frame.filter(pl.col("row") == row)
        if not raw.is_empty():
            return _Row(raw, typed(raw, form, name_facts(form, download.name).wet), file, form)
    raise HervatError(f"download {download.id} has no row {row} under the format {form.name} any more")


def _refuse(night: Night, held: QuarantinedRow, rows: pl.DataFrame, reasons: Collection[str]) -> None:
    """Raise UsageError for what nobody may overrule: corrections, person, signal, and rows of another gemeente."""
    mend = "have it corrected at the source, or reject it"
    if held.correction or rows.select(is_correction_like(rows)).to_series().any():
        raise UsageError(f"row {held.row} may be a correction (SS190): nobody is erased on the ground of it; {mend}")
    if firm := sorted({*reasons, held.reason} - OVERRULABLE):
        raise UsageError(f"row {held.row} can't be accepted, for {', '.join(firm)}; {mend}")
    own = {night.code, *night.municipality.former_codes, None}
    if rows["gemeentecode"].item() not in own:
        raise UsageError(f"row {held.row} is about another gemeente; reject it")


def bare(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the row to load: with one identifier only, so that it joins no persons, and without control characters."""
    clean = [pl.col(name).str.replace_all(r"\p{Cc}", "").str.slice(0, _LONGEST) for name in _TEXTS]
    v_number = pl.when(pl.col("bsn").is_null()).then(pl.col("v_number"))
    return rows.with_columns(*clean, v_number=v_number)
