"""Working out a column by its distinct values: a download says the same few things over and over again."""

from collections.abc import Callable

import polars as pl

Work = Callable[[pl.DataFrame], pl.DataFrame]


def by_value(column: pl.Series, work: Work) -> pl.DataFrame:
    """Return what `work` makes of a column of texts, each distinct value (and null) worked out once.

    `work` gets a frame of that one column and returns a row for each of its rows, looking at no other.
    """
    coded = column.cast(pl.Categorical(pl.Categories.random()))
    known = coded.drop_nulls().unique()
    values = pl.DataFrame({"code": known.to_physical(), "text": known.cast(pl.String)}).sort("code")["text"]
    worked = work(pl.DataFrame({column.name: values.extend_constant(None, 1)}))
    places = coded.to_physical().fill_null(len(values))
    return worked.select(_placed(one, places) for one in worked)


def _placed(worked: pl.Series, places: pl.Series) -> pl.Expr:
    if _says_one_thing(worked):
        return pl.repeat(worked[0], len(places), dtype=worked.dtype).alias(worked.name)
    return pl.col(worked.name).gather(places)


def _says_one_thing(column: pl.Series) -> bool:
    """Say whether a column of booleans (marks of what is wrong, as a rule) holds one value only."""
    return column.dtype == pl.Boolean and not column.has_nulls() and column.all() == column.any()
