"""Results of validation in the register: failed rows, counts of each expectation, a refused structure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from hervat.downloads import Note
from hervat.intake.whole_file_checks import FileAggregates
from hervat.night import Night
from hervat.register import REFUSED, SECURED, Bulk, scope
from hervat.register.models import Download, QuarantinedRow, ValidationResult

VALIDATED = "validated"
_FEW = 50  # rows: written as fast one by one
_KINDS = {
    "suite": pl.String, "expectation": pl.String, "reason": pl.String, "severity": pl.String,
    "element_count": pl.Int64, "unexpected_count": pl.Int64, "success": pl.Boolean, "municipality": pl.String,
    "day": pl.Date, "download_id": pl.Int64,
}  # fmt: skip
KEPT = ("suite", "expectation", "reason", "severity", "element_count", "unexpected_count", "success")


@dataclass(frozen=True)
class FailedRow:
    """A failed row: its number, the reason, and True if it may be a correction (it then closes the CBS gate)."""

    row: int
    reason: str
    code: str | None
    signal_date: date | None
    correction: bool


@dataclass
class Judgement:
    """The outcome of validation of a download: failed rows, and results with counts only (rule 7)."""

    download: Download
    fingerprint: str
    failed: list[FailedRow] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    across: FileAggregates = field(default_factory=FileAggregates)
    notes: Sequence[Note] = ()


def to_validate(night: Night, fingerprints: dict[str, str]) -> list[Download]:
    """Return the downloads to validate: secured ones, and refused ones whose format has changed since."""
    with night.register.session() as session:
        waiting = session.scalars(
            select(Download)
            .where(scope(Download, night.code), Download.status.in_([SECURED, REFUSED]))
            .order_by(Download.made_at, Download.id)
        ).all()
    return [d for d in waiting if d.status == SECURED or fingerprints.get(d.source) != d.format_fingerprint]


def detail_of(english: str, dutch: str) -> str:
    """Return the stored text of a refusal: the error and the fix, one line per language."""
    return f"{' '.join(english.split())}\n{' '.join(dutch.split())}"


def record_refusal(night: Night, download_id: int, reason: str, detail: str, fingerprint: str) -> None:
    """Refuse a whole download for its structure; its original stays in the vault."""
    with night.register.session() as session:
        download = session.get_one(Download, download_id)
        download.status, download.reason, download.detail = REFUSED, reason, detail
        download.format_fingerprint = fingerprint
        _note(session, night, download_id, f"refused: {reason}")


def record_judgements(night: Night, judgements: Sequence[Judgement]) -> None:
    """Store the outcome of downloads that can be loaded, in one transaction; that of a killed run is replaced."""
    ids = [judgement.download.id for judgement in judgements]
    rows = [_row(night, judgement.download.id, failed) for judgement in judgements for failed in judgement.failed]
    results = [(judgement.download.id, result) for judgement in judgements for result in judgement.results]
    with night.register.session() as session:
        downloads = {one.id: one for one in session.scalars(select(Download).where(Download.id.in_(ids)))}
        for table in (QuarantinedRow, ValidationResult):
            session.execute(delete(table).where(table.download_id.in_(ids)))
        if rows:
            session.execute(insert(QuarantinedRow), rows)
        keep_results(session, night, results)
        for judgement in judgements:
            _validated(downloads[judgement.download.id], judgement)
            _note(session, night, judgement.download.id, f"validated, {len(judgement.failed)} rows to quarantine")


def _validated(download: Download, judgement: Judgement) -> None:
    download.newest_signal = judgement.across.newest_signal
    download.several_groups = judgement.across.several_groups()
    download.status, download.reason, download.detail = VALIDATED, None, None
    download.format_fingerprint = judgement.fingerprint


def keep_results(session: Session, night: Night, results: Sequence[tuple[int | None, Mapping[str, Any]]]) -> None:
    """Store results (None: of no download in particular); only the columns of the table are kept."""
    own = {"municipality": night.code, "day": night.as_of}
    rows = [{**{name: said[name] for name in KEPT}, **own, "download_id": download} for download, said in results]
    if len(rows) > _FEW:
        with Bulk(session) as bulk:
            bulk.insert(ValidationResult, pl.DataFrame(rows, schema=_KINDS))
    elif rows:
        session.execute(insert(ValidationResult), rows)


def _row(night: Night, download_id: int, failed: FailedRow) -> dict[str, Any]:
    return {
        "municipality": night.code,
        "download_id": download_id,
        "row": failed.row,
        "reason": failed.reason,
        "code": failed.code,
        "signal_date": failed.signal_date,
        "correction": failed.correction,
        "since": night.as_of,
    }


def _note(session: Session, night: Night, download_id: int, result: str) -> None:
    night.record(session, "validated", f"download {download_id}", result)
