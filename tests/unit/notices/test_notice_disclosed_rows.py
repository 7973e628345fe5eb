"""Rows of a disclosures query, as messy as vendors write them. The BSNs are made up."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hervat.notices.disclosures import UNDATED, row_of


@pytest.mark.parametrize(
    "written",
    [
        date(2022, 1, 12), datetime(2022, 1, 12, 9, 30), "2022-01-12", "2022-01-12T09:30:00", "2022-01-12 09:30:00",
        "20220112", "12-01-2022", "12-1-2022 09:30",
    ],
)  # fmt: skip
def test_days_are_read_in_all_their_forms(written):
    row = row_of("999990019", "taalschool", "K1", written)
    assert (row.provided_on, row.dated) == (date(2022, 1, 12), True)


@pytest.mark.parametrize("written", [None, "", "onbekend", "31-02-2022", "2022-13-01"])
def test_a_day_that_cannot_be_read_is_always_the_same_one(written):
    row = row_of("999990019", "taalschool", "K1", written)
    assert (row.provided_on, row.dated) == (UNDATED, False)


@pytest.mark.parametrize(
    ("written", "bsn"),
    [
        (999990019, "999990019"),
        ("9999.90.019", "999990019"),
        (12345672.0, "012345672"),
        (Decimal(999990019), "999990019"),
        (None, None),
        ("onbekend", None),
        ("", None),
    ],
)
def test_bsns_are_normalised_and_unreadable_ones_are_none(written, bsn):
    assert row_of(written, "taalschool", None, None).bsn == bsn


@pytest.mark.parametrize(("written", "reference"), [(None, ""), ("  ", ""), (12, "12"), (12.0, "12"), (" K-1 ", "K-1")])
def test_a_kenmerk_is_text_without_padding(written, reference):
    assert row_of("999990019", "taalschool", written, None).reference == reference


def test_a_printed_row_shows_nothing():
    assert repr(row_of("999990019", "taalschool", "K1", None)) == "Row(...)"
