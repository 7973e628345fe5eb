"""What is worked out by value is the same as what is worked out by row, whatever the batches before held."""

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hervat.downloads import ByValue
from tests.support.effort import examples

BATCHES = st.lists(st.lists(st.sampled_from(["a", "bb", "ccc", "", None]), max_size=5), max_size=5)


def worked(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    return frame.select(length=text.str.len_chars(), text=text, is_known=text.is_not_null(), fine=pl.lit(True))


@settings(max_examples=examples(100), deadline=None)
@given(BATCHES)
@example([["a", "bb"], ["bb", "ccc"], [None, "a"]])
def test_batches_make_no_difference(batches: list[list[str | None]]) -> None:
    by_value = ByValue(worked)
    for batch in batches:
        column = pl.Series("text", batch, dtype=pl.String)
        assert by_value.of(column).rows() == worked(column.to_frame()).rows() or not batch
