"""Validate: judge each secured original, structure first, then rows (Great Expectations)."""

from collections import Counter
from datetime import date
from typing import Any

import polars as pl

from expectations import validate_rows
from hervat.downloads import StructureRefused, is_correction_like, load_format
from hervat.errors import redacted
from hervat.intake.load import source_of, typed_rows
from hervat.intake.verdicts import FailedRow, Judgement, accept, refuse, to_validate
from hervat.night import Counts, Night
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
    judgement = Judgement()
    try:
        for frame in typed_rows(night, download):
            _judge_rows(judgement, frame, download.made_on)
    except StructureRefused as refusal:
        refuse(night, download.id, refusal.reason, str(refusal), fingerprint)
        night.say(f"refused download {download.id}: {refusal.reason}")
        return 1
    judgement.results = _summed(judgement.results)
    accept(night, download.id, judgement, fingerprint)
    return 0


def _judge_rows(judgement: Judgement, frame: pl.DataFrame, made_on: date) -> None:
    verdict = validate_rows(frame, made_on)
    failed = frame.join(verdict.failing, on="row", how="inner").with_columns(
        is_correction_like(frame).alias("correction")
    )
    readable = pl.when(pl.col("code").str.contains(r"^SS\d{3}$")).then(pl.col("code"))  # else it may be anything
    failed = failed.with_columns(readable.alias("code"))
    for row in failed.select("row", "reason", "code", "signal_date", "correction").iter_rows():
        judgement.failed.append(FailedRow(*row))
    judgement.results.extend(dict(result) for result in verdict.results)
    judgement.warnings = dict(Counter(judgement.warnings) + Counter(verdict.warnings))


def _summed(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the batches' results as one a rule: counts are summed, success holds only where it held in each batch."""
    total: dict[tuple[Any, ...], dict[str, Any]] = {}
    for result in results:
        key = (result.get("suite"), result.get("expectation"), result.get("reason"))
        into = total.setdefault(key, {**result, "element_count": 0, "unexpected_count": 0, "success": True})
        into["element_count"] += result.get("element_count") or 0
        into["unexpected_count"] += result.get("unexpected_count") or 0
        into["success"] = into["success"] and result.get("success")
    return list(total.values())


STEP = Step("validate", validate)
