"""What Excel does to numbers and days: repaired where nothing is lost, else left for validation to refuse."""

import io

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn as elfproef

from hervat.downloads import StructureRefused
from hervat.downloads.cells import spelled_out

GOOD, ZEROS = "999990019", "010000008"


@pytest.mark.parametrize(("text", "read", "repaired"), [
    (GOOD, GOOD, False),
    ("9999.90.019", GOOD, False),
    ("999 990 019", GOOD, False),
    (f'="{ZEROS}"', ZEROS, False),
    ("10000008", ZEROS, True),
    ("10.000.008", ZEROS, True),
    ("10000008.0", ZEROS, True),
    (f"{GOOD}.0", GOOD, True),
    ("9.99990019E+08", GOOD, True),
    ("9,99990019E+08", GOOD, True),
    ("9,99990019E+8", GOOD, True),
    ("1.00000080E+08", "100000080", False),
    ("1,23E+08", "1,23E+08", False),
    ("1E+08", "1E+08", False),
    ("10000009", "010000009", False),
])  # fmt: skip
def test_a_bsn(typed_row, text, read, repaired):
    found = typed_row(bsn=text)
    assert (found["bsn"], found["bsn_repaired"]) == (read, repaired)


@given(st.integers(10_000_000, 999_999_999), st.integers(0, 8), st.sampled_from(".,"))
def test_scientific_notation_never_makes_another_number(number, decimals, comma):
    """What is written out is the number that was written down, and eight of nine digits only by the elfproef."""
    power = len(str(number)) - 1
    text = f"{number:.{decimals}E}".replace(".", comma)
    (read,) = spelled_out(pl.Series([text]))
    if read == text:
        assert decimals < power
        return
    near = [n for n in range(number - 10, number + 11) if f"{n:.{decimals}E}" == text.replace(comma, ".")]
    valid = [n for n in near if elfproef.is_valid(f"{n:09}")]
    assert (near if decimals >= power else valid) == [int(read)]


def workbook(cells, **options):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "Datum signaal", "BSN"])
        sheet.write_row(1, 0, cells)
    return content.getvalue()


def test_numbers_in_a_workbook_keep_all_their_digits(reading, pib):
    from hervat.downloads import typed

    (frame,) = reading(workbook(["SS101", 44621, 10000008.0]), "x.xlsx").batches()
    (row,) = typed(frame, pib).to_dicts()
    assert (row["bsn"], row["bsn_repaired"], str(row["signal_date"])) == (ZEROS, True, "2022-03-01")


def test_a_workbook_that_counts_from_1904_is_refused(reading):
    with pytest.raises(StructureRefused, match="1904"):
        reading(workbook(["SS101", 43159, 999990019], date_1904=True), "x.xlsx")
