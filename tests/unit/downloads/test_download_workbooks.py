"""The same sheet as .xlsx."""

import io
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter

from hervat.downloads import StructureRefused, typed

HEADER = ["Signaalcode", "Datum signaal", "BSN", "V-nummer", "Achternaam", "Gemeentecode"]


def book(rows, sheet="Blad1", start=0) -> bytes:
    octets = io.BytesIO()
    with xlsxwriter.Workbook(octets, {"default_date_format": "dd-mm-yyyy"}) as made:
        for name in ("Blad0", sheet) if sheet != "Blad1" else (sheet,):
            page = made.add_worksheet(name)
        for number, row in enumerate(rows, start):
            page.write_row(number, 0, row)
    return octets.getvalue()


def test_cells_become_the_text_of_a_csv(reading):
    rows = [
        HEADER,
        ["SS101", date(2022, 3, 1), "999990019", "", "Đặng", 363],
        [190, datetime(2022, 3, 1, 13, 45), 10000008, 9999999999, "", "0363"],
        ["SS101", 44621, 1.5, 1e15, True, ""],
    ]
    frame = pl.concat(reading(book(rows), "x.xlsx").batches())
    assert frame["columns_ok"].all()
    assert frame["row"].to_list() == [2, 3, 4]
    assert frame["signaalcode"].to_list() == ["SS101", "190", "SS101"]
    assert frame["datum_signaal"].to_list() == ["01-03-2022", "01-03-2022", "44621"]
    assert frame["bsn"].to_list() == ["999990019", "10000008", "1.5"]
    assert frame["v_nummer"].to_list() == [None, "9999999999", "1000000000000000"]
    assert frame["gemeentecode"].to_list() == ["363", "0363", None]


def test_typed_days_are_the_same_as_of_a_csv(reading, pib):
    days = ["01-03-2022", date(2022, 3, 1), 44621, "2022-03-01"]
    frame = pl.concat(reading(book([HEADER, *(["SS190", day, "999990019"] for day in days)])).batches())
    assert set(typed(frame, pib)["signal_date"]) == {date(2022, 3, 1)}


def test_cells_beyond_the_header_make_a_row_wrong(reading):
    frame = pl.concat(reading(book([HEADER, ["SS190", "01-03-2022", "999990019"], [*HEADER, "more"]])).batches())
    assert frame["columns_ok"].to_list() == [True, False]


def test_rows_are_numbered_as_in_the_sheet(reading):
    frame = pl.concat(reading(book([HEADER, [], ["SS190", "01-03-2022", "999990019"]], start=2)).batches())
    assert frame["row"].to_list() == [5]


def test_a_header_alone_is_empty_and_nothing_is_refused(reading):
    assert reading(book([HEADER])).rows == 0
    with pytest.raises(StructureRefused) as refused:
        reading(book([]))
    assert refused.value.reason == "empty"


def test_a_sheet_by_name(reading, pib):
    content = book([HEADER, ["SS190", "01-03-2022", "999990019"]], sheet="Signalen")
    with_sheet = pib.model_copy(update={"sheet": "Signalen"})
    assert reading(content, format=with_sheet).rows == 1
    with pytest.raises(StructureRefused, match="no sheet 'Elders'"):
        reading(content, format=pib.model_copy(update={"sheet": "Elders"}))


@pytest.mark.parametrize("cut", [100, 1000, -200, -10])
def test_a_cut_workbook_is_refused(reading, cut):
    with pytest.raises(StructureRefused) as refused:
        reading(book([HEADER, ["SS190", "01-03-2022", "999990019"]])[:cut])
    assert refused.value.reason == "bad_workbook"


def test_the_columns_are_checked_as_in_a_csv(reading):
    with pytest.raises(StructureRefused) as refused:
        reading(book([["Signaalcode", "BSN"], ["SS190", "999990019"]]))
    assert refused.value.reason == "columns_missing"
