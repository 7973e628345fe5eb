"""Lines split by polars are what Python's csv makes of them, whatever stands in them; blocks make no difference."""

from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hervat.downloads import StructureRefused, load_format, plain, read, reader
from tests.support.effort import examples

PIB = load_format("pib-wi2021", Path())
cells = st.text(alphabet="ab;\"' =\té\u00a0", max_size=6)
quoted = cells.map(lambda text: '"' + text.replace('"', '""') + '"')
lines = st.lists(st.one_of(cells, quoted, st.just("")), max_size=6).map(";".join)
even = st.lists(cells.map(lambda text: text.replace('"', "").replace(";", "")), min_size=3, max_size=3).map(";".join)
files = st.lists(lines, max_size=8) | st.lists(even, max_size=8)
HEADERS = [
    "Code;Datum signaal;BSN",
    "Code;Datum signaal;BSN;;",
    '"Code";Datum signaal;BSN',
    "sep=;\nCode;Datum signaal;BSN;Iets",
]


def outcome(text: bytes) -> object:
    try:
        return pl.concat(list(read(lambda: BytesIO(text), "x.csv", PIB).batches()) or [pl.DataFrame()]).rows()
    except StructureRefused as refused:
        return refused.reason


@settings(max_examples=examples(300), deadline=None)
@given(
    st.sampled_from(HEADERS), files, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([7, 64, 1 << 21])
)
@example(HEADERS[0], ['a;"b', 'c";d'], "\n", True, 64)
@example(HEADERS[0], ["", ";;", "a;b;c"], "\r\n", False, 7)
@example(HEADERS[0], ["a;b", "a;b;c;"], "\n", True, 64)  # as many delimiters as even lines would have
def test_both_ways_give_the_same_rows(header: str, told: list[str], end: str, closed: bool, block: int) -> None:
    text = (end.join([header, *told]) + (end if closed else "")).encode("utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "_BLOCK", block)
        fast = outcome(text)
        patch.setattr(reader, "_is_plain", lambda *_: False)
        assert fast == outcome(text)
