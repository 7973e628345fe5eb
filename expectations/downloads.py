"""Downloads as a whole: measures, one row a download, through the suites into a result a rule and download."""

from dataclasses import dataclass

import pandas as pd
import polars as pl

from expectations.checks import Bound, download_checks
from expectations.engine import SuiteOutcome, outcomes
from expectations.suites import bound_rules
from expectations.verdict import Result
from hervat.settings import Quality


@dataclass(frozen=True)
class DownloadResult:
    """The result of one rule for one download."""

    download: int
    result: Result


def validated(measures: pl.DataFrame, limits: Quality) -> list[DownloadResult]:
    """Return the results on `measures`: the column `download`, and one for each rule. Raises ValidationFailed."""
    if measures.is_empty():
        return []
    bounds = download_checks(limits)
    columns = {bound.reason: measures[bound.reason].cast(pl.Float64).to_numpy() for bound in bounds}
    frame = pd.DataFrame(columns, index=pd.Index(measures["download"].to_list(), name="row", dtype="int64"))
    said = outcomes("downloads", lambda: bound_rules(bounds), frame)
    return [
        DownloadResult(download, _one(bound, outcome, download in outcome.rows))
        for bound, outcome in zip(bounds, said, strict=True)
        for download in measures["download"]
    ]


def _one(bound: Bound, outcome: SuiteOutcome, failed: bool) -> Result:
    return {
        **outcome.result,
        "suite": bound.suite,
        "element_count": 1,
        "unexpected_count": int(failed),
        "success": not failed,
    }
