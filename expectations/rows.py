"""Validate rows: from the input of the rules, through the suite, to a verdict.

Rows that answer all rules alike are of one kind and judged once, as one row that counts for many: a million rows have
but a handful of kinds, and Great Expectations takes seconds for a million.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import pandas as pd
import polars as pl

from hervat.expectations.checks import row_checks
from hervat.expectations.engine import Rule, SuiteOutcome, outcomes, weighed
from hervat.expectations.judged import Judging
from hervat.expectations.kinds import Kinds
from hervat.expectations.suites import check_rules, row_rules, warning_rules
from hervat.expectations.verdict import RowVerdict

_ODD = {"row": pl.Int64, "kind": pl.Int64}


class RowSuite:
    """The rules on the rows of one file: `look` at its batches; `verdicts` then judges all files of a night at once."""

    def __init__(self, day: date) -> None:
        self.columns: list[str] = []
        self.kinds: Counter[int] = Counter()
        self._judging = Judging(day, row_checks(day))
        self._odd = [pl.DataFrame(schema=_ODD)]

    def look(self, typed: pl.DataFrame) -> pl.DataFrame:
        """Look at rows of `hervat.downloads.typed`. Return those of which some rule may say something."""
        looked_at = self._judging.of(typed)
        self.columns = looked_at.columns
        kind = _kind(looked_at)
        self.kinds.update({one: count for one, count in kind.value_counts().iter_rows()})
        self._odd.append(pl.DataFrame({"row": typed["row"], "kind": kind}).filter(pl.col("kind") > 0))
        return typed.filter(kind > 0)

    def verdict_from(self, kinds: Sequence[int], judged: Sequence[SuiteOutcome]) -> RowVerdict:
        """Return the verdict on this file from the outcome of each rule on kinds of rows, its own among them."""
        own = [weighed(outcome, [self.kinds[kind] for kind in kinds]) for outcome in judged]
        failing = [outcome for outcome in own if outcome.result["severity"] == "row"]
        warning = [outcome for outcome in own if outcome.result["severity"] == "warning"]
        return RowVerdict(
            self._first_reasons(failing, kinds), _counts(failing), _counts(warning), [outcome.result for outcome in own]
        )

    def _first_reasons(self, failing: Sequence[SuiteOutcome], kinds: Sequence[int]) -> pl.DataFrame:
        """Return each failing row with the reason of the first rule that its kind fails."""
        reasons: dict[int, str] = {}
        for outcome in failing:
            for at in outcome.rows:
                reasons.setdefault(kinds[at], outcome.result["reason"])
        told = pl.DataFrame(list(reasons.items()), {"kind": pl.Int64, "reason": pl.String}, orient="row")
        return pl.concat(self._odd).join(told, on="kind").select("row", "reason").sort("row")


def verdicts(suites: Sequence[RowSuite]) -> list[RowVerdict]:
    """Return the verdict on each file, in one validation of all kinds of rows of all. Raises ValidationFailed."""
    kinds = tuple(sorted(set().union(*(suite.kinds for suite in suites))))
    columns = next((tuple(suite.columns) for suite in suites if suite.columns), ())
    judged = _judged(columns).outcomes(kinds) if suites else []
    return [suite.verdict_from(kinds, judged) for suite in suites]


@lru_cache(maxsize=16)
def _judged(columns: tuple[str, ...]) -> Kinds[int]:
    """Return the kinds that this process has judged by the rules on these columns."""
    names = columns or [getattr(rule.expectation, "column", "") for rule in _rules()]  # files with a header only

    def ask(kinds: Sequence[int]) -> Sequence[SuiteOutcome]:
        answers = {name: [not kind >> at & 1 for kind in kinds] for at, name in enumerate(names)}
        frame = pd.DataFrame(answers, index=pd.RangeIndex(len(kinds), name="row"), dtype=bool)
        return outcomes("rows", _rules, frame)

    return Kinds(ask)


def _rules() -> Sequence[Rule]:
    return [*row_rules(), *check_rules(row_checks(date.max)), *warning_rules()]


def _kind(looked_at: pl.DataFrame) -> pl.Series:
    """Return of each row which rules it fails, a bit a rule; nearly every rule holds for all rows."""
    failed = [(at, ~one) for at, one in enumerate(looked_at) if not one.all()]
    none = pl.repeat(0, looked_at.height, dtype=pl.Int64, eager=True)
    return sum((one.cast(pl.Int64) * 2**at for at, one in failed), start=none).alias("kind")


def _counts(outcomes_: Sequence[SuiteOutcome]) -> dict[str, int]:
    return {
        reason: count
        for one in outcomes_
        if (count := one.result["unexpected_count"]) and (reason := one.result["reason"])
    }
