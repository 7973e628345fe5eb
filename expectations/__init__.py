"""The requirements of downloads, in Great Expectations: only this package and tasks/ may import it.

Importing Great Expectations takes seconds, so it happens in the first call and not here.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from hervat.expectations.late import import_late
from hervat.today import today

if TYPE_CHECKING:
    from hervat.downloads import DownloadFile, StructureRefused
    from hervat.expectations.delivery_rules import PipRules
    from hervat.expectations.downloads import DownloadResult
    from hervat.expectations.rows import RowSuite
    from hervat.expectations.verdict import Result, RowVerdict
    from hervat.settings import Quality

import_late("altair", "scipy.stats")  # no rule of ours needs them


def row_suite(day: date | None = None) -> "RowSuite":
    """Return the rules on the rows of one file, to be looked at in batches; after `day` (today) is the future."""
    from hervat.expectations.rows import RowSuite

    return RowSuite(day or today())


def validate_rows(typed: pl.DataFrame, day: date | None = None) -> "RowVerdict":
    """Return which rows of `hervat.downloads.typed` fail, and why; days after `day` (today) are the future.

    Raises ValidationFailed if Great Expectations itself fails: never "passed".
    """
    suite = row_suite(day)
    suite.look(typed)
    return row_verdicts([suite])[0]


def row_verdicts(suites: "Sequence[RowSuite]") -> "list[RowVerdict]":
    """Return the verdict on each file, in one validation of all: its fixed cost is that of thousands of rows.

    Raises ValidationFailed if Great Expectations itself fails.
    """
    from hervat.expectations.rows import verdicts

    return verdicts(suites)


def validate_structure(file: "DownloadFile | StructureRefused") -> "list[Result]":
    """Return the structural checks on a file as results: all of a good one, the one that refused another."""
    from hervat.expectations.structure import validated

    return validated(file)


def validate_downloads(measures: pl.DataFrame, limits: "Quality") -> "list[DownloadResult]":
    """Return a result a rule and download; `measures` has `download` and a column for each of `download_checks`.

    Raises ValidationFailed if Great Expectations itself fails.
    """
    from hervat.expectations.downloads import validated

    return validated(measures, limits)


def pip_rules() -> "PipRules":
    """Return the rules on the records of one CBS delivery, to be looked at in parts."""
    from hervat.expectations.delivery_rules import PipRules

    return PipRules()


__all__ = ["pip_rules", "row_suite", "row_verdicts", "validate_downloads", "validate_rows", "validate_structure"]
