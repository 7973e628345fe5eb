"""Downloads as a whole: measures, one row a download, through the suites into a result a rule and download."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import pandas as pd
import polars as pl

from hervat.expectations.checks import Bound, download_checks
from hervat.expectations.engine import SuiteOutcome, outcomes
from hervat.expectations.kinds import Kinds
from hervat.expectations.suites import bound_rules
from hervat.expectations.verdict import Result
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
    kinds = measures.select(*(_kind(bound) for bound in bounds)).rows()
    distinct = tuple(sorted(set(kinds), key=repr))
    said = _judged(tuple(bounds)).outcomes(distinct)
    return [
        DownloadResult(download, _one(bound, outcome, distinct.index(kind) in outcome.rows))
        for bound, outcome in zip(bounds, said, strict=True)
        for download, kind in zip(measures["download"], kinds, strict=True)
    ]


def _kind(bound: Bound) -> pl.Expr:
    """Return a measure as a number that stands for all that lie as it does: below the bounds, within them or above."""
    measure = pl.col(bound.reason).cast(pl.Float64)
    low = -inf if bound.low is None else bound.low
    high = inf if bound.high is None else bound.high
    within = next((float(one) for one in (bound.low, bound.high) if one is not None), 0.0)
    kind = pl.when(measure < low).then(low - 1).when(measure > high).then(high + 1).when(measure.is_not_null())
    return kind.then(within).alias(bound.reason)


@lru_cache(maxsize=256)
def _judged(bounds: tuple[Bound, ...]) -> Kinds[tuple[float | None, ...]]:
    """Return the kinds of downloads that this process has judged by these bounds."""
    columns = [bound.reason for bound in bounds]

    def ask(kinds: Sequence[tuple[float | None, ...]]) -> Sequence[SuiteOutcome]:
        frame = pd.DataFrame(list(kinds), columns=columns, index=pd.RangeIndex(len(kinds), name="row"), dtype=float)
        return outcomes("downloads", lambda: bound_rules(bounds), frame)

    return Kinds(ask)


def _one(bound: Bound, outcome: SuiteOutcome, failed: bool) -> Result:
    return {
        **outcome.result,
        "suite": bound.suite,
        "element_count": 1,
        "unexpected_count": int(failed),
        "success": not failed,
    }
