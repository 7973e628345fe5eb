"""Validate rows: from the input of the rules, through the suite, to a verdict.

Rows that answer all rules alike are of one kind and judged once, as one row that counts for many: a million rows have
but a handful of kinds, and Great Expectations takes seconds for a million.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd
import polars as pl

from expectations.checks import row_checks
from expectations.engine import Rule, SuiteOutcome, outcomes
from expectations.judged import Judging
from expectations.suites import check_rules, row_rules, warning_rules
from expectations.verdict import RowVerdict

_ODD = {"row": pl.Int64, "kind": pl.Int64}


class RowSuite:
    """The rules on the rows of one file: `look` at its batches, then ask for the `verdict` on all of them."""

    def __init__(self, day: date) -> None:
        self._columns, self._checks = list[str](), row_checks(day)
        self._judging = Judging(day, self._checks)
        self._kinds: Counter[int] = Counter()
        self._odd = [pl.DataFrame(schema=_ODD)]

    def look(self, typed: pl.DataFrame) -> pl.DataFrame:
        """Look at rows of `hervat.downloads.typed`. Return those of which some rule may say something."""
        looked_at = self._judging.of(typed)
        self._columns = looked_at.columns
        kind = _kind(looked_at)
        self._kinds.update({one: count for one, count in kind.value_counts().iter_rows()})
        self._odd.append(pl.DataFrame({"row": typed["row"], "kind": kind}).filter(pl.col("kind") > 0))
        return typed.filter(kind > 0)

    def verdict(self) -> RowVerdict:
        """Return the verdict on all rows that were looked at. Raises ValidationFailed."""
        kinds = sorted(self._kinds)
        outcomes_ = outcomes("rows", self._rules, self._frame(kinds), [self._kinds[kind] for kind in kinds])
        failing = [outcome for outcome in outcomes_ if outcome.result["severity"] == "row"]
        warning = [outcome for outcome in outcomes_ if outcome.result["severity"] == "warning"]
        return RowVerdict(
            self._first_reasons(failing, kinds),
            _counts(failing),
            _counts(warning),
            [outcome.result for outcome in outcomes_],
        )

    def _rules(self) -> Sequence[Rule]:
        return [*row_rules(), *check_rules(self._checks), *warning_rules()]

    def _frame(self, kinds: Sequence[int]) -> pd.DataFrame:
        """Return a row for each kind of row that there is."""
        names = self._columns or [
            getattr(rule.expectation, "column", "") for rule in self._rules()
        ]  # a file with a header only
        columns = {name: [not kind >> at & 1 for kind in kinds] for at, name in enumerate(names)}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(kinds), name="row"), dtype=bool)

    def _first_reasons(self, failing: Sequence[SuiteOutcome], kinds: Sequence[int]) -> pl.DataFrame:
        """Return each failing row with the reason of the first rule that its kind fails."""
        reasons: dict[int, str] = {}
        for outcome in failing:
            for at in outcome.rows:
                reasons.setdefault(kinds[at], outcome.result["reason"])
        told = pl.DataFrame(list(reasons.items()), {"kind": pl.Int64, "reason": pl.String}, orient="row")
        return pl.concat(self._odd).join(told, on="kind").select("row", "reason").sort("row")


def _kind(looked_at: pl.DataFrame) -> pl.Series:
    """Return of each row which rules it fails, a bit a rule; nearly every rule holds for all rows."""
    failed = [(at, ~one) for at, one in enumerate(looked_at) if not one.all()]
    none = pl.repeat(0, looked_at.height, dtype=pl.Int64, eager=True)
    return sum((one.cast(pl.Int64) * 2**at for at, one in failed), start=none).alias("kind")


def _counts(outcomes_: Sequence[SuiteOutcome]) -> dict[str, int]:
    return {outcome.result["reason"]: outcome.result["unexpected_count"] for outcome in outcomes_ if outcome.rows}
