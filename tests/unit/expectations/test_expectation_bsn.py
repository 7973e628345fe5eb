"""The vectorised elfproef against python-stdnum's."""

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.nl import bsn as elfproef

from hervat.bsn import Bsn, parse
from hervat.expectations.bsn import passes

NUMBERS = st.one_of(
    st.integers(0, 999_999_999).map(lambda n: f"{n:09}"),
    st.integers(0, 90_000_000).map(lambda n: f"{n * 11:09}"),
    st.text(alphabet="0123456789 .-\n٣A", max_size=11),
)


def passing(texts: list[str]) -> list[bool]:
    return pl.DataFrame({"bsn": texts}, {"bsn": pl.String}).select(passes(pl.col("bsn"))).to_series().to_list()


@given(st.lists(NUMBERS, max_size=40))
@example(["000000000", "999990019", "999990019\n", "٩٩٩٩٩٠٠١٩", "99999001", "0999990019"])
@example([])
def test_it_agrees_with_stdnum_on_what_is_nine_digits(texts):
    expected = [len(t) == 9 and t.isascii() and t.isdigit() and elfproef.is_valid(t) for t in texts]
    assert passing(texts) == expected


def test_it_agrees_with_the_projects_own_on_ten_thousand_numbers_in_a_row():
    texts = [f"{n:09}" for n in range(123_450_000, 123_460_000)]
    expected = [isinstance(parse(text), Bsn) for text in texts]
    assert passing(texts) == expected
    assert 800 < sum(expected) < 1000
