"""Validate: judge each secured original, structure first, then the rows of all of them at once (Great Expectations)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from hervat.downloads import Note, StructureRefused, fix_of, is_correction_like, load_format
from hervat.errors import redacted
from hervat.expectations import row_suite, row_verdicts
from hervat.intake import (
    FailedRow,
    FileAggregates,
    Judgement,
    detail_of,
    record_judgement,
    record_refusal,
    source_of,
    to_validate,
    typed_rows,
)
from hervat.night import Counts, Night
from hervat.plural import plural
from hervat.register.models import Download
from hervat.tasks.step import Step

if TYPE_CHECKING:
    from hervat.expectations.rows import RowSuite
    from hervat.expectations.verdict import RowVerdict

_MAX_FILES, _MAX_ROWS = 50, 200_000
"""Files, and striking rows of files, that wait for one validation: a night has one, a huge backlog some more."""


def validate(night: Night) -> Counts:
    """Judge every download that waits. Counts: files refused for their structure."""
    forms = {s.name: load_format(s.format, night.settings.directory).fingerprint() for s in night.municipality.sources}
    refused, looked = 0, list[_Looked]()
    for download in to_validate(night, forms):
        fingerprint = forms.get(download.source, "")
        try:
            try:
                looked.append(_look(night, download, fingerprint))
            except StructureRefused as refusal:
                refused += _refuse(night, download, fingerprint, refusal)
        except Exception as error:  # noqa: BLE001 - a failure stays within its download
            _not_validated(night, download, error)
        if len(looked) == _MAX_FILES or sum(one.height for one in looked) > _MAX_ROWS:
            _judge(night, looked)
            looked = []
    _judge(night, looked)
    return {"files": {"refused": refused}}


def _not_validated(night: Night, download: Download, error: Exception) -> None:
    night.error(f"download {download.id} was not validated: {redacted(error)}")


def _refuse(night: Night, download: Download, fingerprint: str, refusal: StructureRefused) -> int:
    night.handover.rows.take(download.id)
    detail = detail_of(str(refusal), refusal.dutch or fix_of(refusal.reason).dutch)
    record_refusal(night, download.id, refusal.reason, detail, fingerprint)
    night.log(f"refused download {download.id}: {refusal.reason}: {refusal}")
    return 1


@dataclass
class _Looked:
    """A download of which all rows were looked at, before the verdict. odd: what quarantine keeps of striking rows."""

    download: Download
    fingerprint: str
    suite: "RowSuite"
    odd: list[pl.DataFrame] = field(default_factory=list)
    across: FileAggregates = field(default_factory=FileAggregates)
    notes: list[Note] = field(default_factory=list)

    @property
    def height(self) -> int:
        return sum(frame.height for frame in self.odd)


def _look(night: Night, download: Download, fingerprint: str) -> _Looked:
    source_of(night, download)
    night.handover.rows.take(download.id)  # of a try that failed half-way
    looked = _Looked(download, fingerprint, row_suite(download.made_on))
    for frame in typed_rows(night, download, looked.notes):
        looked.odd.append(_kept_columns(looked.suite.look(frame)))
        looked.across.add(frame.join(looked.odd[-1], on="row", how="anti"))
        night.handover.rows.add(download.id, frame)
    return looked


def _judge(night: Night, looked: Sequence[_Looked]) -> None:
    """Ask the verdicts on some downloads in one validation; each is recorded apart."""
    if not looked:  # nor is Great Expectations loaded
        return
    try:
        verdicts = row_verdicts([one.suite for one in looked])
    except Exception as error:  # noqa: BLE001 - the other downloads may be judged
        for one in looked:
            _not_validated(night, one.download, error)
        return
    for one, verdict in zip(looked, verdicts, strict=True):
        try:
            _record(night, one, verdict)
        except Exception as error:  # noqa: BLE001 - a failure stays within its download
            _not_validated(night, one.download, error)


def _record(night: Night, looked: _Looked, verdict: "RowVerdict") -> None:
    download, odd = looked.download, looked.odd
    failed = verdict.failing.join(pl.concat(odd), on="row") if odd else verdict.failing
    rows = [FailedRow(*row) for row in failed.iter_rows()]
    results = [dict(result) for result in verdict.results] + [_note_result(note) for note in looked.notes]
    judgement = Judgement(rows, results, verdict.warnings, looked.across, looked.notes)
    record_judgement(night, download.id, judgement, looked.fingerprint)
    _say_failed(night, download, judgement)
    for note in looked.notes:
        night.log(f"warning: download {download.id}: {note.text}")
        if note.urgent:
            night.attention.append(f"download {download.id}: {note.text}")
    for reason, count in verdict.warnings.items():
        night.log(f"warning: download {download.id}: {reason} in {count} rows")


def _say_failed(night: Night, download: Download, judgement: Judgement) -> None:
    """Log how many rows go to quarantine for which reason, with the fix."""
    for reason, count in Counter(row.reason for row in judgement.failed).items():
        rows = plural(count, "row")
        night.log(f"quarantine: download {download.id}: {reason} in {rows}: {fix_of(reason).english}")


def _note_result(note: Note) -> dict[str, Any]:
    """Return a note on a file as a result like those of its rules."""
    said = {"suite": "structure", "expectation": "noted", "reason": note.code, "severity": "warning"}
    return {**said, "element_count": note.count, "unexpected_count": note.count, "success": False}


def _kept_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that quarantine keeps of a row besides its reason."""
    readable = pl.when(pl.col("code").str.contains(r"^SS\d{3}$")).then(pl.col("code"))  # else it may be anything
    return rows.select("row", readable.alias("code"), "signal_date", is_correction_like(rows).alias("correction"))


STEP = Step("validate", validate)
