"""The input of the rules: a boolean column a rule, true if all is well, in polars for all rows at once."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from hervat.downloads import CORRECTION, FOUND, ByValue, Work
from hervat.expectations.bsn import passes
from hervat.expectations.checks import Check

_WETTEN = ("Wi2007", "Wi2013", "Wi2021")
_AS_THEY_ARE = (
    "columns_ok",
    "date_given",
    "date_ok",
    "identified",
    "birth_ok",
    "kennisgeving_ok",
    "group_known",
)
_OF_TEXTS = {
    "code": {
        "code_given": pl.col("code").is_not_null(),
        "code_written": pl.col("code").str.contains(r"\ASS[0-9]{3}\z"),
    },
    "bsn": {"bsn_passes_elfproef": passes(pl.col("bsn"))},
    "v_number": {
        "v_number_written": pl.col("v_number").str.contains(r"\A(?:0|[1-9][0-9]{0,9})\z"),
        "v_number_told": pl.col("v_number") != "0",
    },
    "wet": {"wet_known": pl.col("wet").is_in(_WETTEN)},
    "gemeentecode": {"gemeentecode_written": pl.col("gemeentecode").str.contains(r"\A[0-9]{4}\z")},
}


class Judging:
    """Makes the columns for the rules, batch after batch of one file; `day` is the last day that is not the future.

    checks: the rules of checks.py, each a column named for its reason.

    No texts: Great Expectations never sees the content. A missing value is not wrong.
    """

    def __init__(self, day: date, checks: Sequence[Check] = ()) -> None:
        self._of_rows = {
            **{f"no_{found}": ~pl.col(found) for found in FOUND},
            "text_short": ~pl.col("too_long"),
            "text_clean": ~pl.col("control"),
            "correction_bare": pl.col("bare") | (pl.col("code") != CORRECTION),
            "signal_past": pl.col("signal_date") <= day,
            "birth_past": pl.col("birth") <= day,
            **{check.reason: check.good for check in checks},
        }
        self._of_texts = {name: ByValue(_selecting(wanted)) for name, wanted in _OF_TEXTS.items()}

    def of(self, typed: pl.DataFrame) -> pl.DataFrame:
        """Return the columns for rows of `hervat.downloads.typed`: true if all is well."""
        of_rows = typed.select(*_AS_THEY_ARE, **self._of_rows)
        of_texts = [work.of(typed[name]) for name, work in self._of_texts.items()]
        return pl.concat([of_rows, *of_texts], how="horizontal").select(pl.all().fill_null(True))


def _selecting(wanted: Mapping[str, pl.Expr]) -> Work:
    return lambda text: text.select(**wanted)
