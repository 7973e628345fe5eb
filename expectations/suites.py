"""The rules, each in one place: its reason, its severity, and the expectation that checks it.

A row is quarantined for the first row rule that it fails, so the order is from coarse to fine. An unknown code or
doelgroep is not a mistake: it is reported and loaded.
"""

from collections.abc import Sequence

from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.expectation import Expectation

from hervat.downloads import CHECKS
from hervat.expectations.checks import Bound, Check
from hervat.expectations.engine import Rule


def _holds(column: str) -> Expectation:
    return ExpectColumnValuesToBeInSet(column=column, value_set=[True])


def row_rules() -> Sequence[Rule]:
    """Return the rules on rows (sources: facts, Identifiers and PIB download). Each column is one of `judged`."""
    return [
        Rule("header_again", "row", _holds("no_header_again")),
        Rule("total_line", "row", _holds("no_total")),
        Rule("columns_wrong", "row", _holds("columns_ok")),
        Rule("error_value", "row", _holds("no_error_value")),
        Rule("formula_without_value", "row", _holds("no_formula")),
        Rule("cell_in_quotes", "row", _holds("no_in_quotes")),
        Rule("code_missing", "row", _holds("code_given")),
        Rule("code_malformed", "row", _holds("code_written")),
        Rule("date_missing", "row", _holds("date_given")),
        Rule("number_in_day", "row", _holds("no_number_in_day")),
        Rule("moment_unclear", "row", _holds("no_moment_unclear")),
        Rule("date_malformed", "row", _holds("date_ok")),
        Rule("identifier_missing", "row", _holds("identified")),
        Rule("day_in_number", "row", _holds("no_day_in_number")),
        Rule("bsn_wrong", "row", _holds("bsn_passes_elfproef")),
        Rule("v_number_wrong", "row", _holds("v_number_written")),
        Rule("wet_unknown", "row", _holds("wet_known")),
        Rule("gemeentecode_malformed", "row", _holds("gemeentecode_written")),
        Rule("birth_malformed", "row", _holds("birth_ok")),
        Rule("kennisgeving_malformed", "row", _holds("kennisgeving_ok")),
        Rule("text_too_long", "row", _holds("text_short")),
        Rule("control_characters", "row", _holds("text_clean")),
    ]


def warning_rules() -> Sequence[Rule]:
    """Return the rules whose failure is reported and quarantines nothing."""
    return [
        Rule("group_unknown", "warning", _holds("group_known")),
        Rule("correction_with_more", "warning", _holds("correction_bare")),
        Rule("signal_in_future", "warning", _holds("signal_past")),
        Rule("born_in_future", "warning", _holds("birth_past")),
        Rule("v_number_zero", "warning", _holds("v_number_told")),
    ]


def check_rules(checks: Sequence[Check]) -> Sequence[Rule]:
    """Return the rules of checks.py on rows: the boolean column of each is true."""
    return [Rule(check.reason, check.severity, _holds(check.reason)) for check in checks]


def bound_rules(bounds: Sequence[Bound]) -> Sequence[Rule]:
    """Return the rules of checks.py on downloads: the column of each lies within its bounds."""
    return [Rule(bound.reason, bound.severity, _within(bound.reason, bound.low, bound.high)) for bound in bounds]


def _within(column: str, low: float | None, high: float | None) -> Expectation:
    return ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high)


def structure_rules(checked: Sequence[str]) -> Sequence[Rule]:
    """Return the rules on a file as a whole: each structural check that was made passed."""
    return [Rule(check, "file", _holds(check)) for check in CHECKS if check in checked]
