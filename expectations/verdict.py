"""The outcome of a validation: rows, reasons and counts. Never a value of the data (rule 7)."""

from dataclasses import dataclass
from typing import Literal, TypedDict

import polars as pl

Severity = Literal["file", "row", "warning", "register"]
"""The effect of a failure: file refused, row quarantined, only a warning, or the register is wrong."""


class Result(TypedDict):
    """One expectation on one file: the allow-list of what may be kept of it."""

    suite: str
    expectation: str
    reason: str
    severity: Severity
    element_count: int
    unexpected_count: int
    success: bool


@dataclass(frozen=True)
class RowVerdict:
    """Which rows fail.

    failing: a frame of `row` and `reason`, one for each failing row: its first by the suite's order.
    reasons, warnings: how many rows failed each rule that any row failed (a row may fail several).
    """

    failing: pl.DataFrame
    reasons: dict[str, int]
    warnings: dict[str, int]
    results: list[Result]
