"""Compute a column by its distinct values: a download repeats the same few values."""

from collections.abc import Callable

import polars as pl

Work = Callable[[pl.DataFrame], pl.DataFrame]
_SHORT = 2_500
"""Rows of a column in which looking for its distinct values takes longer than computing each row."""


class ByValue:
    """The results of `work` for a column of texts; each distinct value of a file (and null) is computed once.

    `work` gets a frame of that one column and returns a row for each of its rows, looking at no other.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._codes = pl.Series(dtype=pl.Categorical(pl.Categories.random()))  # its codes live as long as a series does
        self._worked: pl.DataFrame | None = None  # null first, then the values by their codes

    def of(self, column: pl.Series) -> pl.DataFrame:
        """Return the results for the column in the next batch of the file, row by row."""
        if self._worked is None and len(column) <= _SHORT:
            return self._work(column.to_frame())
        coded = column.cast(self._codes.dtype)
        codes = coded.to_physical()
        worked = self._with(coded, codes)
        places = (codes + 1).fill_null(0)
        return worked.select(_placed(result, places) for result in worked)

    def _with(self, coded: pl.Series, codes: pl.Series) -> pl.DataFrame:
        """Return all results, after computing the values that no batch before had."""
        if self._worked is None:
            self._worked = self._work(pl.DataFrame({coded.name: [None]}, schema={coded.name: pl.String}))
        fresh = coded.filter(codes >= self._worked.height - 1).unique()
        if len(fresh):
            values = pl.DataFrame({"code": fresh.to_physical(), "text": fresh.cast(pl.String)}).sort("code")["text"]
            self._worked = pl.concat([self._worked, self._work(pl.DataFrame({coded.name: values}))], rechunk=True)
        return self._worked


def _placed(worked: pl.Series, places: pl.Series) -> pl.Expr:
    if _is_constant(worked):
        return pl.repeat(worked[0], len(places), dtype=worked.dtype).alias(worked.name)
    return pl.col(worked.name).gather(places)


def _is_constant(column: pl.Series) -> bool:
    """True if a column of booleans (usually marks of errors) holds one value only."""
    return column.dtype == pl.Boolean and not column.has_nulls() and column.all() == column.any()
