"""What stands in a cell in place of a value is told, and is never an empty or another value."""

import io
import re
import zipfile
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter
from stdnum.nl import bsn as elfproef

from hervat.downloads import FIELDS, StructureRefused, typed
from hervat.expectations import validate_rows

HEADER = ["Signaalcode", "Datum signaal", "BSN", "Geboortedatum", "Gemeentecode", "Wet", "Datum kennisgeving"]
GOOD = ["SS101", "01-03-2022", "999990019", "02-01-1990", "0000", "Wi2021", ""]
ERRORS = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#N/B",
    "#VERW!",
    "#WAARDE!",
    "#NAAM?",
    "#DEEL/0!",
    "#GETAL!",
    "#LEEG!",
    "#NV",
    "#BEZUG!",
    "########",
    "Err:502",
]


def book(*rows, more=None) -> bytes:
    """An .xlsx; a cell may be (formula, value), None for no value."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False}) as made:
        sheet, day = made.add_worksheet("Eerste"), made.add_format({"num_format": "dd-mm-yyyy hh:mm"})
        for at, row in enumerate([HEADER, *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_formula(at, place, cell[0], None, cell[1])
                elif isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, day)
                elif cell != "":
                    sheet.write(at, place, cell)
        if more:
            more(made, sheet)
    return content.getvalue()


def verdict(download, pib, day=date(2022, 6, 1)):
    rows = typed(next(download.batches()), pib)
    return dict(validate_rows(rows, day).failing.rows()), rows


def with_cell(place, cell):
    return [*GOOD[:place], cell, *GOOD[place + 1 :]]


def test_an_error_in_text_is_no_value_wherever_it_stands(reading, pib):
    rows = [with_cell(place, error) for error in ERRORS for place in range(7)]
    failing, _ = verdict(reading("\n".join(";".join(row) for row in [HEADER, GOOD, *rows]) + "\n"), pib)
    assert failing == dict.fromkeys(range(3, 3 + len(rows)), "error_value")


def test_an_error_in_a_workbook_is_no_value_wherever_it_stands(reading, pib):
    rows = [with_cell(at, ("=1/0", error)) for error in ("#N/A", "#REF!", "#DIV/0!", "#NULL!") for at in range(7)]
    failing, _ = verdict(reading(book(GOOD, *rows)), pib)
    assert failing == dict.fromkeys(range(3, 3 + len(rows)), "error_value")


def test_a_formula_that_nobody_calculated_is_no_empty_cell(reading, pib):
    rows = [with_cell(at, ("=A1", "")) for at in range(7)]
    content = uncalculated(book(GOOD, *rows))
    failing, _ = verdict(reading(content), pib)
    assert failing == dict.fromkeys(range(3, 10), "formula_without_value")


def uncalculated(content: bytes) -> bytes:
    """Take the (empty) values of formulas out of a workbook, as programs write it that calculate nothing."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as new:
        for name in given.namelist():
            part = given.read(name)
            if name.startswith("xl/worksheets/"):
                part, count = re.subn(rb"(<c [^>]*?)(?: t=\"str\")?(><f>[^<]*</f>)<v></v>", rb"\1\2", part)
                assert count
            new.writestr(name, part)
    return made.getvalue()


def test_a_formula_with_a_value_has_that_value(reading, pib):
    failing, rows = verdict(reading(book(with_cell(2, ('="999990019"', "999990019")))), pib)
    assert failing == {} and rows["bsn"].item() == "999990019"


def test_rows_below_the_last_value_are_not_lost(reading):
    content = uncalculated(book(GOOD, [("=A1", "")] * 7))
    assert reading(content).rows == 2


NOBODY = {
    "01-02-1990": "day_in_number",
    "1.2.1990": "day_in_number",
    "1990-02-01": "day_in_number",
    "01 02 1990": "day_in_number",
    "01-02-1990 00:00": "day_in_number",
    date(1990, 2, 1): "day_in_number",
    99999001.9: "bsn_wrong",  # with its dot taken out it would be somebody's
    "999999.98": "bsn_wrong",
}


def test_a_day_or_a_fraction_is_nobodys_number(reading, pib):
    failing, _ = verdict(reading(book(*(with_cell(2, cell) for cell in NOBODY))), pib)
    assert failing == dict(enumerate(NOBODY.values(), 2))


def test_no_day_of_a_century_becomes_a_bsn_or_v_number(pib):
    days = pl.date_range(date(1930, 1, 1), date(2024, 12, 31), eager=True)
    texts = pl.concat([days.dt.strftime(pattern) for pattern in ("%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%-d-%-m-%Y")])
    none = pl.Series([None] * len(texts), dtype=pl.String)
    cells = {name: texts if name in ("bsn", "v_nummer") else none for name in FIELDS}
    rows = typed(pl.DataFrame({"row": range(len(texts)), "columns_ok": True, **cells}), pib)
    assert (rows["bsn"] == texts).all() and (rows["v_number"] == texts).all() and rows["day_in_number"].all()


def test_eight_digits_that_are_the_own_day_of_birth_are_no_bsn(typed_row):
    days = [f"{day:02}{month:02}1990" for month in range(1, 13) for day in range(1, 29)]
    day = next(text for text in days if elfproef.is_valid(f"0{text}"))
    written = f"{day[:2]}-{day[2:4]}-{day[4:]}"
    assert typed_row(bsn=day, geboortedatum=written)["day_in_number"]
    assert not typed_row(bsn=day, geboortedatum="03-04-1985")["day_in_number"]


@pytest.mark.parametrize("spelled", ["999.990.019", "9999.90.019", "9999 90 019", "9999-90-019", "999990019.0"])
def test_a_bsn_in_groups_is_still_one(typed_row, spelled):
    row = typed_row(bsn=spelled)
    assert row["bsn"] == "999990019" and not row["day_in_number"]


def test_a_moment_just_before_midnight_in_a_workbook_is_not_sure(reading, pib):
    failing, _ = verdict(reading(book(with_cell(1, datetime(2022, 2, 28, 23, 59, 59, 999000)))), pib)
    assert failing == {2: "moment_unclear"}
    failing, rows = verdict(reading(book(with_cell(1, datetime(2022, 2, 28, 23, 59)))), pib)
    assert failing == {} and rows["signal_date"].item() == date(2022, 2, 28)


def test_a_merged_cell_is_not_empty(reading, pib):
    merged = book(GOOD, GOOD, more=lambda _book, sheet: sheet.merge_range(1, 4, 2, 4, "0000"))
    failing, _ = verdict(reading(merged), pib)
    assert failing == {3: "error_value"}


def test_an_error_in_the_header_is_no_column_that_is_not_there(reading):
    def broken(_book, sheet):
        sheet.write_formula(0, 4, "=X", None, "#REF!")

    with pytest.raises(StructureRefused, match="column 5") as refused:
        reading(book(GOOD, more=broken))
    assert refused.value.reason == "columns_missing"


def test_other_sheets_and_what_is_hidden_are_named(reading):
    def more(made, sheet):
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})
        second = made.add_worksheet("Tweede")
        second.hide()
        for at, row in enumerate([HEADER, GOOD]):
            second.write_row(at, 0, row)
        made.add_worksheet("Leeg")

    download = reading(book(GOOD, more=more))
    assert {note.code: note.urgent for note in download.notes} == {
        "rows_hidden": False,
        "columns_hidden": False,
        "sheets_unread": True,
    }
    assert "'Tweede' (hidden)" in download.notes[-1].text and "Leeg" not in download.notes[-1].text
    assert download.rows == 1


def test_the_table_on_another_sheet_is_said_where_it_is(reading):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        made.add_worksheet("Toelichting").write(0, 0, "Lees mij")
        sheet = made.add_worksheet("Data")
        for at, row in enumerate([HEADER, GOOD]):
            sheet.write_row(at, 0, row)
    with pytest.raises(StructureRefused, match="sheet: Data") as refused:
        reading(content.getvalue())
    assert "Data" in refused.value.dutch


def test_a_total_and_a_second_header_are_told(reading, pib):
    lines = [HEADER, GOOD, HEADER, GOOD, ["Totaal", "", "", "", "", "", "2"]]
    failing, _ = verdict(reading("\n".join(";".join(row) for row in lines) + "\n"), pib)
    assert failing == {3: "header_again", 5: "total_line"}
