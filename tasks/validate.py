"""Validate: judge each secured original, structure first, then rows (Great Expectations)."""

from collections import Counter
from typing import Any

import polars as pl

from expectations import row_suite
from hervat.downloads import Note, StructureRefused, fix_of, is_correction_like, load_format
from hervat.errors import redacted
from hervat.intake import (
    Across,
    FailedRow,
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
from tasks.step import Step


def validate(night: Night) -> Counts:
    """Judge every download that waits. Counts: files refused for their structure."""
    forms = {s.name: load_format(s.format, night.settings.directory).fingerprint() for s in night.municipality.sources}
    refused = 0
    for download in to_validate(night, forms):
        try:
            refused += _judge(night, download, forms.get(download.source, ""))
        except Exception as error:  # noqa: BLE001 - a failure stays within its download
            night.fail(f"download {download.id} was not validated: {redacted(error)}")
    return {"files": {"refused": refused}}


def _judge(night: Night, download: Download, fingerprint: str) -> int:
    source_of(night, download)
    try:
        judgement = _judge_rows(night, download)
    except StructureRefused as refusal:
        night.handover.rows.take(download.id)
        detail = detail_of(str(refusal), refusal.dutch or fix_of(refusal.reason).dutch)
        record_refusal(night, download.id, refusal.reason, detail, fingerprint)
        night.say(f"refused download {download.id}: {refusal.reason}: {refusal}")
        return 1
    record_judgement(night, download.id, judgement, fingerprint)
    _say_failed(night, download, judgement)
    for note in judgement.notes:
        night.say(f"warning: download {download.id}: {note.text}")
        if note.urgent:
            night.attention.append(f"download {download.id}: {note.text}")
    for reason, count in judgement.warnings.items():
        night.say(f"warning: download {download.id}: {reason} in {count} rows")
    return 0


def _say_failed(night: Night, download: Download, judgement: Judgement) -> None:
    """Log how many rows go to quarantine for which reason, with the fix."""
    for reason, count in Counter(row.reason for row in judgement.failed).items():
        rows = plural(count, "row")
        night.say(f"quarantine: download {download.id}: {reason} in {rows}: {fix_of(reason).english}")


def _judge_rows(night: Night, download: Download) -> Judgement:
    night.handover.rows.take(download.id)  # of a try that failed half-way
    suite, odd, across = row_suite(download.made_on), [], Across()
    notes: list[Note] = []
    for frame in typed_rows(night, download, notes):
        odd.append(_kept_columns(suite.look(frame)))
        across.add(frame.join(odd[-1], on="row", how="anti"))
        night.handover.rows.add(download.id, frame)
    verdict = suite.verdict()
    failed = verdict.failing.join(pl.concat(odd), on="row") if odd else verdict.failing
    rows = [FailedRow(*row) for row in failed.iter_rows()]
    results = [dict(result) for result in verdict.results] + [_note_result(note) for note in notes]
    return Judgement(rows, results, verdict.warnings, across, notes)


def _note_result(note: Note) -> dict[str, Any]:
    """Return a note on a file as a result like those of its rules."""
    said = {"suite": "structure", "expectation": "noted", "reason": note.code, "severity": "warning"}
    return {**said, "element_count": note.count, "unexpected_count": note.count, "success": False}


def _kept_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that quarantine keeps of a row besides its reason."""
    readable = pl.when(pl.col("code").str.contains(r"^SS\d{3}$")).then(pl.col("code"))  # else it may be anything
    return rows.select("row", readable.alias("code"), "signal_date", is_correction_like(rows).alias("correction"))


STEP = Step("validate", validate)
