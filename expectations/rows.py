"""Validating rows: the typed columns that rules need, through the suite, into a verdict."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import polars as pl

from expectations.engine import Outcome, outcomes
from expectations.suites import row_rules, warning_rules
from expectations.verdict import RowVerdict
from hervat.downloads.corrections import CORRECTION

_TEXTS = ("code", "bsn", "v_number", "wet", "gemeentecode")
_BOOLEANS = (
    "columns_ok",
    "date_given",
    "date_ok",
    "identified",
    "birth_ok",
    "kennisgeving_ok",
    "group_known",
)
_EPOCH = date(1970, 1, 1).toordinal()


def validated(typed: pl.DataFrame, day: date) -> RowVerdict:
    """Return the verdict on the rows of `hervat.downloads.typed`. Raises ValidationFailed."""
    said = outcomes("rows", lambda: [*row_rules(), *warning_rules(day)], _frame(typed))
    failing = [one for one in said if one.result["severity"] == "row"]
    warning = [one for one in said if one.result["severity"] == "warning"]
    return RowVerdict(_first_reasons(failing), _counts(failing), _counts(warning), [one.result for one in said])


def _frame(typed: pl.DataFrame) -> pd.DataFrame:
    """Return what the rules look at, without names: Great Expectations never gets to see those."""
    wanted = typed.select(
        *_TEXTS,
        *_BOOLEANS,
        text_short=~pl.col("too_long"),
        text_clean=~pl.col("control"),
        correction_bare=pl.col("bare") | (pl.col("code") != CORRECTION).fill_null(True),
        signal_day=pl.col("signal_date").to_physical().cast(pl.Float64) + _EPOCH,
        birth_day=pl.col("birth").to_physical().cast(pl.Float64) + _EPOCH,
    )
    columns = {name: _column(wanted[name]) for name in wanted.columns}
    return pd.DataFrame(columns, index=pd.Index(typed["row"].to_list(), name="row", dtype="int64"))


def _column(series: pl.Series) -> object:
    """Return a column for pandas: missing texts as None, missing numbers as NaN."""
    if series.dtype == pl.String:
        return pd.array(series.to_list(), dtype=object)
    return series.to_numpy()


def _first_reasons(failing: Sequence[Outcome]) -> pl.DataFrame:
    parts = [pl.DataFrame({"row": one.rows, "reason": one.result["reason"]}, schema=_FAILING) for one in failing]
    return pl.concat(parts).unique("row", keep="first", maintain_order=True).sort("row")


_FAILING = {"row": pl.Int64, "reason": pl.String}


def _counts(said: Sequence[Outcome]) -> dict[str, int]:
    return {one.result["reason"]: len(one.rows) for one in said if one.rows}
