"""The workbook around the rows: what XlsxWriter made once serves every night, with that night's own day and rows."""

import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from hervat.report import sheets
from hervat.report.sheets import WorklistSheet, workbook

DAY = date(2022, 3, 25)
COLUMNS = [("Nummer", 8), ("Naam", 18), ("Dag", 10.5)]
RULE = (("validate", "list"), ("source", ("ja", "nee")), ("input_message", "Kies."))


def made(folder, rows, day=DAY, whose="Voorbeeldstad (0000)", rule=None, folded=False, more=()):
    content = BytesIO()
    with workbook(content, folder, day, whose) as book:
        for name in ("Personen", *more):
            sheet = WorklistSheet(book, name, COLUMNS, printed=2)
            for row in rows:
                sheet.write(row, "person", above=folded)
                if folded:
                    sheet.fold(row[:1], [row[1:]])
            if rule:
                sheet.ask(1, rule)
    return content.getvalue()


def part(content, name="xl/worksheets/sheet1.xml"):
    with ZipFile(BytesIO(content)) as parts:
        return parts.read(name).decode()


def read(content, name="Personen"):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def test_each_night_has_its_own_day_gemeente_and_rows(tmp_path):
    rows = [[number, f"N{number}", DAY] for number in range(1, 8)]
    first, second = made(tmp_path, rows[:3], rule=RULE), made(tmp_path, rows, DAY + timedelta(1), "A&B <C>", RULE)
    assert read(first) == [["Nummer", "Naam", "Dag"], *rows[:3]] and read(second)[1:] == rows
    assert '<dimension ref="A1:C4"/>' in part(first) and '<dimension ref="A1:C8"/>' in part(second)
    assert '<autoFilter ref="A1:C8"/>' in part(second) and 'sqref="B2:B8"' in part(second)
    assert "Werklijst Voorbeeldstad (0000)&amp;R25-03-2022" in part(first)
    assert "Werklijst A&amp;&amp;B &lt;C&gt;&amp;R26-03-2022" in part(second)
    assert "Personen!$A$1:$B$8" in part(second, "xl/workbook.xml")
    assert "2022-03-26T00:00:00Z" in part(second, "docProps/core.xml")


def test_other_sheets_rules_and_folds_are_other_parts(tmp_path):
    rows = [[1, "N", DAY]]
    plain, ruled = made(tmp_path, rows), made(tmp_path, rows, rule=RULE)
    assert "dataValidation" not in part(plain) and "&quot;" not in part(plain) and '"ja,nee"' in part(ruled)
    assert 'outlineLevelRow="1"' in part(made(tmp_path, rows, folded=True)) and "outlineLevelRow" not in part(plain)
    two = made(tmp_path, rows, more=["Meer"])
    assert read(two, "Meer")[1:] == rows and "Meer" not in part(plain, "xl/workbook.xml")
    assert part(made(tmp_path, [], rule=RULE)).count("dataValidation") == 0  # no row to fill in


def test_what_is_around_the_rows_is_what_xlsxwriter_writes(tmp_path):
    """The same sheet, written by XlsxWriter alone."""
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Personen")
    sheet.outline_settings(True, False, True, False)
    sheet.freeze_panes(1, 2)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for place, (title, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write(0, place, title)
        sheet.write(4, place, 1)
    sheet.autofilter(0, 0, 4, 2)
    sheet.data_validation(1, 1, 4, 1, {"validate": "list", "source": ["ja", "nee"], "input_message": "Kies."})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.6, bottom=0.6)
    sheet.set_header("&LVertrouwelijk&CWerklijst A&&B&R25-03-2022")
    sheet.set_footer("&LVertrouwelijk: dit zijn persoonsgegevens&RBladzijde &P van &N")
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, 4, 1)
    book.close()
    own = made(tmp_path, [[number, "N", DAY] for number in range(4)], whose="A&B", rule=RULE)

    def around(octets):
        return re.sub("<sheetData>.*</sheetData>", "", part(octets), flags=re.DOTALL)

    assert around(own) == around(content.getvalue())
    assert part(own, "xl/workbook.xml") == part(content.getvalue(), "xl/workbook.xml")


def test_a_large_sheet_lies_in_a_nameless_file_and_is_the_same(tmp_path, monkeypatch):
    rows = [[number, f"Naam {number}", DAY + timedelta(number)] for number in range(5_000)]  # more than are remembered
    whole = made(tmp_path, rows)
    assert read(whole)[1:] == rows
    monkeypatch.setattr(sheets, "_IN_MEMORY", 1)
    seen = []
    kept = sheets.SpooledTemporaryFile.rollover
    monkeypatch.setattr(
        sheets.SpooledTemporaryFile, "rollover", lambda self: (kept(self), seen.append(list(tmp_path.iterdir())))[0]
    )
    assert made(tmp_path, rows) == whole
    assert seen and not any(seen) and not list(tmp_path.iterdir())


@pytest.mark.parametrize("cells", [[1, "1", None], ["", "a&b", DAY], [0, " x ", date(1899, 1, 1)]])
def test_cells_that_look_alike_stay_apart(tmp_path, cells):
    rows = [cells, [1, "1", DAY], ["1", "0", ""], [0, "x", DAY]]
    first, *others = read(made(tmp_path, rows))[1:]
    assert first == ["" if cell is None else str(cell) if cell == date(1899, 1, 1) else cell for cell in cells]
    assert others == [[1, "1", DAY], ["1", "0", ""], [0, "x", DAY]]
