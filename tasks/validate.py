"""Validate: judge each secured original, structure first, then the rows of all of them at once (Great Expectations)."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
    OriginalRows,
    detail_of,
    record_judgements,
    record_refusal,
    to_validate,
    typed_together,
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
    refused, opened = 0, list[_Looked]()
    for download in to_validate(night, forms):
        fingerprint = forms.get(download.source, "")
        try:
            try:
                opened.append(_opened(night, download, fingerprint))
            except StructureRefused as refusal:
                refused += _refuse(night, download, fingerprint, refusal)
        except Exception as error:  # noqa: BLE001 - a failure stays within its download
            _not_validated(night, download, error)
        if len(opened) == _MAX_FILES or sum(one.height for one in opened) > _MAX_ROWS:
            _judge(night, opened)
            opened = []
    _judge(night, opened)
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
    """A download before its verdict. waiting: its rows, if it is small and they wait to be typed with others.

    odd: what quarantine keeps of striking rows.
    """

    download: Download
    fingerprint: str
    suite: "RowSuite"
    notes: Sequence[Note]
    waiting: OriginalRows | None = None
    odd: list[pl.DataFrame] = field(default_factory=list)
    across: FileAggregates = field(default_factory=FileAggregates)

    @property
    def height(self) -> int:
        texts = (self.waiting.small if self.waiting else None) or []
        return sum(frame.height for frame in (*self.odd, *texts))


def _opened(night: Night, download: Download, fingerprint: str) -> _Looked:
    """Return a download whose structure is good; all rows of a large one were looked at."""
    night.handover.rows.take(download.id)  # of a try that failed half-way
    rows = OriginalRows(night, download)
    looked = _Looked(download, fingerprint, row_suite(download.made_on), rows.notes)
    if rows.small:
        looked.waiting = rows
    else:
        _look(night, looked, rows.typed())
    return looked


def _look(night: Night, looked: _Looked, typed: Iterable[pl.DataFrame]) -> None:
    for frame in typed:
        odd = looked.suite.look(frame)
        looked.odd.append(_kept_columns(odd))
        looked.across.add(frame.join(odd, on="row", how="anti") if odd.height else frame)
        night.handover.rows.add(looked.download.id, frame)


def _look_at_waiting(night: Night, opened: Sequence[_Looked]) -> None:
    """Look at the rows of small downloads, those of one kind together. What fails goes on waiting."""
    kinds: dict[tuple[str, str | None], list[_Looked]] = {}
    for one in opened:
        if one.waiting:
            kinds.setdefault(one.waiting.kind, []).append(one)
    for alike in kinds.values():
        for one, typed in zip(alike, _typed([one.waiting for one in alike if one.waiting]), strict=True):
            try:
                _look(night, one, typed)
                one.waiting = None
            except Exception as error:  # noqa: BLE001 - a failure stays within its download
                _not_validated(night, one.download, error)


def _typed(alike: Sequence[OriginalRows]) -> Sequence[Iterable[pl.DataFrame]]:
    """Return the typed rows of small downloads of one kind; typed one by one if it fails for all at once."""
    try:
        return [[frame] for frame in typed_together(alike)]
    except Exception:  # noqa: BLE001 - it is raised again for the download whose rows they are
        return [rows.typed() for rows in alike]


def _judge(night: Night, opened: Sequence[_Looked]) -> None:
    """Ask the verdicts on some downloads in one validation, and record them."""
    _look_at_waiting(night, opened)
    looked = [one for one in opened if not one.waiting]
    if not looked:  # nor is Great Expectations loaded
        return
    try:
        verdicts = row_verdicts([one.suite for one in looked])
    except Exception as error:  # noqa: BLE001 - the other downloads may be judged
        for one in looked:
            _not_validated(night, one.download, error)
        return
    for judgement in _recorded(night, list(zip(looked, verdicts, strict=True))):
        _log_judgement(night, judgement)


def _judgement(looked: _Looked, verdict: "RowVerdict") -> Judgement:
    failed = verdict.failing.join(pl.concat(looked.odd), on="row") if looked.odd else verdict.failing
    rows = [FailedRow(*row) for row in failed.iter_rows()]
    results = [dict(result) for result in verdict.results] + [_note_result(note) for note in looked.notes]
    return Judgement(looked.download, looked.fingerprint, rows, results, verdict.warnings, looked.across, looked.notes)


def _recorded(night: Night, judged: "Sequence[tuple[_Looked, RowVerdict]]") -> list[Judgement]:
    """Record verdicts in one transaction, or if that fails each in its own. Return those that are recorded."""
    try:
        judgements = [_judgement(looked, verdict) for looked, verdict in judged]
        record_judgements(night, judgements)
    except Exception as error:  # noqa: BLE001 - a failure stays within its download
        if len(judged) > 1:
            return [judgement for one in judged for judgement in _recorded(night, [one])]
        _not_validated(night, judged[0][0].download, error)
        return []
    return judgements


def _log_judgement(night: Night, judgement: Judgement) -> None:
    """Log what was found in a download."""
    download = judgement.download
    _log_failed(night, download, judgement)
    for note in judgement.notes:
        night.log(f"warning: download {download.id}: {note.text}")
        if note.urgent:
            night.attention.append(f"download {download.id}: {note.text}")
    for reason, count in judgement.warnings.items():
        night.log(f"warning: download {download.id}: {reason} in {count} rows")


def _log_failed(night: Night, download: Download, judgement: Judgement) -> None:
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
