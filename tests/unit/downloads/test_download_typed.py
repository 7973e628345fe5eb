"""Cells as typed columns, and which rows may be a correction."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.downloads import FIELDS, is_correction_like, load_format, typed
from hervat.downloads.dates import day

NOISE = str.maketrans("", "", " .-")
PIB = load_format("pib-wi2021", Path())


@pytest.mark.parametrize(
    ("field", "text", "column", "value"),
    [
        ("signaalcode", "ss101", "code", "SS101"),
        ("signaalcode", " SS 101 ", "code", "SS101"),
        ("signaalcode", "101", "code", "SS101"),
        ("signaalcode", "SS-190", "code", "SS190"),
        ("signaalcode", "SS1901", "code", "SS1901"),
        ("signaalcode", "SSI90", "code", "SSI90"),
        ("signaalcode", "  ", "code", None),
        ("bsn", "999990019", "bsn", "999990019"),
        ("bsn", "9999.90.019", "bsn", "999990019"),
        ("bsn", "999 990\u00a0019", "bsn", "999990019"),
        ("bsn", "10000008", "bsn", "010000008"),
        ("bsn", "10000008.0", "bsn", "010000008"),
        ("bsn", '="010000008"', "bsn", "010000008"),
        ("bsn", "999.990.000", "bsn", "999990000"),
        ("bsn", "999990019.00", "bsn", "999990019"),
        ("bsn", "-999990019", "bsn", "-999990019"),
        ("bsn", "99999\n0019", "bsn", "99999\n0019"),
        ("v_nummer", "-1", "v_number", "-1"),
        ("v_nummer", "12.0", "v_number", "12"),
        ("bsn", "1234567", "bsn", "1234567"),
        ("bsn", "1E+08", "bsn", "1E+08"),
        ("bsn", "", "bsn", None),
        ("v_nummer", "0001234567", "v_number", "1234567"),
        ("v_nummer", "9999999999", "v_number", "9999999999"),
        ("v_nummer", "0000", "v_number", "0"),
        ("v_nummer", "V12", "v_number", "V12"),
        (
            "doelgroep",
            " gezinshereniger met ASIELSTATUSHOUDER ",
            "group",
            "Gezinshereniger met Asielstatushouder",
        ),
        ("doelgroep", "Iets nieuws", "group", "Iets nieuws"),
        ("gemeentecode", "363", "gemeentecode", "0363"),
        ("gemeentecode", "363.0", "gemeentecode", "0363"),
        ("gemeentecode", "", "gemeentecode", None),
        ("gemeentecode", "GM0363", "gemeentecode", "GM0363"),
        ("wet", "WI2021", "wet", "Wi2021"),
        ("wet", "Wet inburgering 2013", "wet", "Wi2013"),
        ("wet", "2007", "wet", "Wi2007"),
        ("wet", "Wi2099", "wet", "Wi2099"),
        ("geboortedatum", "00-00-1985", "birth", None),
        ("achternaam", " Đặng\u00a0", "surname", "Đặng"),
    ],
)
def test_cells_become_columns(typed_row, field, text, column, value):
    assert typed_row(**{field: text})[column] == value


def test_an_empty_wet_is_that_of_the_file_else_of_the_format(typed_row):
    assert typed_row()["wet"] == "Wi2021"
    assert typed_row("Wi2013")["wet"] == "Wi2013"
    assert typed_row("Wi2013", wet="Wi2007")["wet"] == "Wi2007"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01-03-2022", date(2022, 3, 1)),
        ("1-3-2022", date(2022, 3, 1)),
        ("2022-03-01", date(2022, 3, 1)),
        ("2022-03-01T00:00:00", date(2022, 3, 1)),
        ("01-03-2022 13:45", date(2022, 3, 1)),
        ("20220301", date(2022, 3, 1)),
        ("44621", date(2022, 3, 1)),
        ("44621.5", date(2022, 3, 1)),
        ("31-02-2022", None),
        ("29-02-2024", date(2024, 2, 29)),
        ("29-02-2022", None),
        ("01-03-22", None),
        ("2022111", None),
        ("01-03-0022", None),
        ("vandaag", None),
    ],
)
def test_days_are_read_or_refused(typed_row, text, value):
    row = typed_row(datum_signaal=text)
    assert (row["signal_date"], row["date_given"], row["date_ok"]) == (value, True, value is not None)


@given(st.dates(date(1900, 1, 1), date(2173, 10, 13)))
def test_every_day_reads_back_from_each_spelling(one):
    texts = [one.strftime("%d-%m-%Y"), one.isoformat(), one.strftime("%Y%m%d")]
    texts += [str((one - date(1899, 12, 30)).days)] * (one.year > 1927)
    frame = pl.DataFrame({"text": texts})
    read_back = frame.select(day(pl.col("text"), PIB)).to_series()
    assert set(read_back) == {one}


@given(st.text(alphabet="0123456789 .-", max_size=13))
def test_a_bsn_of_eight_or_nine_digits_keeps_its_digits(text):
    columns = {field: [text if field == "bsn" else None] for field in FIELDS}
    schema = {"row": pl.Int64, "columns_ok": pl.Boolean, **dict.fromkeys(FIELDS, pl.String)}
    frame = pl.DataFrame({"row": [2], "columns_ok": [True], **columns}, schema=schema)
    found = typed(frame, PIB)["bsn"].item()
    if found and len(found) == 9 and found.isdigit() and found.strip("0"):
        digits = text.strip().removesuffix(".00").removesuffix(".0").translate(NOISE)
        assert found == digits.zfill(9)


def test_incomplete_days_of_birth_are_no_mistakes(typed_row):
    for text in ("00-00-1985", "00-07-1985", "1985-00-00", "19850000"):
        row = typed_row(geboortedatum=text)
        assert (row["birth"], row["birth_text"], row["birth_ok"]) == (None, text, True)
    for text in ("31-02-1985", "onbekend", "1985"):
        assert not typed_row(geboortedatum=text)["birth_ok"]


def test_helpers_for_validation(typed_row):
    row = typed_row(bsn="999990019", signaalcode="SS190")
    assert row["bare"] and row["identified"] and row["group_known"] and not row["too_long"] and not row["control"]
    assert not typed_row(bsn="1", v_nummer="2")["bare"]
    assert not typed_row(achternaam="A")["identified"]
    assert not typed_row(doelgroep="Iets")["group_known"]
    assert typed_row(achternaam="a" * 501)["too_long"]
    assert typed_row(achternaam="a\x07b")["control"]
    assert typed_row(achternaam="a\x85b")["control"]
    assert not typed_row(achternaam="a\r\nb\tc")["control"]


@pytest.mark.parametrize(
    ("cells", "columns_ok", "expected"),
    [
        ({"signaalcode": "SS190"}, True, True),
        ({"signaalcode": "ss 190", "achternaam": "A"}, True, True),
        ({"signaalcode": "SSI90"}, True, True),
        ({}, True, True),
        ({"signaalcode": "SSI90", "achternaam": "A"}, True, False),
        ({"signaalcode": "SSI90", "doelgroep": "Overig"}, True, False),
        ({"signaalcode": "SS101"}, True, False),
        ({"signaalcode": "SS101", "doelgroep": "SS190", "achternaam": "A"}, False, True),
        ({"signaalcode": "SS101", "achternaam": "A"}, False, False),
    ],
)
def test_what_may_be_a_correction(pib, cells, columns_ok, expected):
    columns = {field: pl.Series([cells.get(field)], dtype=pl.String) for field in FIELDS}
    rows = typed(pl.DataFrame({"row": [2], "columns_ok": [columns_ok], **columns}), pib)
    assert rows.select(is_correction_like(rows)).to_series().to_list() == [expected]
