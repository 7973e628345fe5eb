"""The rules, each in one place: its reason, what failing it costs, and the expectation that says it.

A row is quarantined for the first row rule that it fails, so the order is from the coarse to the fine. A code
that nobody has named and an unknown doelgroep are no mistakes: they are reported and loaded.
"""

from collections.abc import Sequence
from datetime import date

from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.expectation import Expectation

from expectations.bsn import ExpectColumnValuesToPassElfproef
from expectations.engine import Rule
from hervat.downloads import CHECKS


def _holds(column: str) -> Expectation:
    return ExpectColumnValuesToBeInSet(column=column, value_set=[True])


def _written(column: str, pattern: str) -> Expectation:
    return ExpectColumnValuesToMatchRegex(column=column, regex=pattern)


def _until(column: str, day: date) -> Expectation:
    return ExpectColumnValuesToBeBetween(column=column, max_value=day.toordinal())


def row_rules() -> Sequence[Rule]:
    """Return the rules on rows (sources: facts, Identifiers and PIB download)."""
    wetten = ["Wi2007", "Wi2013", "Wi2021"]
    return [
        Rule("columns_wrong", "row", _holds("columns_ok")),
        Rule("code_missing", "row", ExpectColumnValuesToNotBeNull(column="code")),
        Rule("code_malformed", "row", _written("code", r"\ASS[0-9]{3}\Z")),
        Rule("date_missing", "row", _holds("date_given")),
        Rule("date_malformed", "row", _holds("date_ok")),
        Rule("identifier_missing", "row", _holds("identified")),
        Rule("bsn_wrong", "row", ExpectColumnValuesToPassElfproef(column="bsn")),
        Rule("v_number_wrong", "row", _written("v_number", r"\A(?:0|[1-9][0-9]{0,9})\Z")),
        Rule("wet_unknown", "row", ExpectColumnValuesToBeInSet(column="wet", value_set=wetten)),
        Rule("gemeentecode_malformed", "row", _written("gemeentecode", r"\A[0-9]{4}\Z")),
        Rule("birth_malformed", "row", _holds("birth_ok")),
        Rule("kennisgeving_malformed", "row", _holds("kennisgeving_ok")),
        Rule("text_too_long", "row", _holds("text_short")),
        Rule("control_characters", "row", _holds("text_clean")),
    ]


def warning_rules(day: date) -> Sequence[Rule]:
    """Return what is worth a mention and quarantines nobody; `day` ends the past."""
    return [
        Rule("group_unknown", "warning", _holds("group_known")),
        Rule("correction_with_more", "warning", _holds("correction_bare")),
        Rule("signal_in_future", "warning", _until("signal_day", day)),
        Rule("born_in_future", "warning", _until("birth_day", day)),
        Rule("v_number_zero", "warning", _written("v_number", r"[^0]")),
    ]


def structure_rules(checked: Sequence[str]) -> Sequence[Rule]:
    """Return the rules on a file as a whole: each structural check that was made passed."""
    return [Rule(check, "file", _holds(check)) for check in CHECKS if check in checked]
