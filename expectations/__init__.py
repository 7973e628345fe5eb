"""What downloads must be, in Great Expectations: the only room (with tasks/) that may import it.

Importing Great Expectations takes seconds, so it happens in the first call and not here.
"""

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from expectations.verdict import Result, RowVerdict
    from hervat.downloads import Download, StructureRefused


def validate_rows(typed: pl.DataFrame, day: date | None = None) -> "RowVerdict":
    """Return which rows of `hervat.downloads.typed` fail, and why; after `day` (today) is the future.

    Raises ValidationFailed where Great Expectations itself fails: never "passed".
    """
    from expectations.rows import validated

    return validated(typed, day or date.today())


def validate_structure(file: "Download | StructureRefused") -> "list[Result]":
    """Return the structural checks on a file as results: all of a good one, the one that refused another."""
    from expectations.structure import validated

    return validated(file)


__all__ = ["validate_rows", "validate_structure"]
