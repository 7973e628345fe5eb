"""The parts of a workbook around its rows, made by XlsxWriter once a process for the same sheets."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZipFile

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from hervat.dutch import short_day

FONT = 11  # points
MARGIN = 0.25  # inches: the white at each end of a page
MARGINS = {"left": MARGIN, "right": MARGIN, "top": 0.6, "bottom": 0.6}
_FOOTER = "&LVertrouwelijk: dit zijn persoonsgegevens&RBladzijde &P van &N"

_ROWS, _HEADER = "@rows@", "@header@"
_DAY = datetime(1904, 1, 1)
_LAST = 1_000_001
"""The number of the last row, and of each next sheet one more: no other number in the parts is so high."""

Rule = tuple[tuple[str, Any], ...]
"""The items of a rule of XlsxWriter's data_validation; choices are a tuple."""


class SheetLayout(NamedTuple):
    """A sheet without its rows.

    printed: so many columns from the left go on paper. frozen: so many stay in sight. folds: rows are folded away.
    rules: the index of a column -> what it takes.
    """

    name: str
    columns: tuple[tuple[str, float], ...]
    printed: int
    frozen: int
    folds: bool
    rules: tuple[tuple[int, Rule], ...]


class BookPart(NamedTuple):
    """A file in the workbook: its name, and the text before and after the rows, which only a sheet has."""

    name: str
    before: str
    after: str = ""


def parts(layouts: tuple[SheetLayout, ...], rows: list[int], day: date, whose: str) -> Iterator[BookPart]:
    """Yield the files of a workbook with so many rows in each sheet. whose: the gemeente, for the pages' header."""
    named = whose[:80].replace("&", "&&")  # a & begins a code there, and 255 characters is the most
    header = escape(f"&LVertrouwelijk&CWerklijst {named}&R{short_day(day)}")
    known = [(_HEADER, header), (_moment(_DAY), _moment(day))]
    known += [(str(_LAST + at), str(count)) for at, count in enumerate(rows)]
    for name, text in _frame(layouts):
        before, _, after = _filled(text, known).partition(_ROWS)
        yield BookPart(name, before, after)


def _filled(text: str, known: Iterable[tuple[str, str]]) -> str:
    for mark, value in known:
        text = text.replace(mark, value)
    return text


def _moment(day: date) -> str:
    return f"{day:%Y-%m-%d}T00:00:00Z"


class _Rowless(Worksheet):  # type: ignore[misc]
    """A sheet with a mark where its rows come."""

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.fh.write(_ROWS)
        self._xml_end_tag("sheetData")


@lru_cache(maxsize=32)
def _frame(layouts: tuple[SheetLayout, ...]) -> list[tuple[str, str]]:
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.set_properties({"title": "Werklijst", "created": _DAY})
    _add_styles(book)
    for last, layout in enumerate(layouts, _LAST - 1):
        _add_sheet(book, layout, last)
    book.close()
    with ZipFile(content) as package:
        return [(name, package.read(name).decode()) for name in package.namelist()]


def _add_sheet(book: Workbook, layout: SheetLayout, last: int) -> None:
    sheet = book.add_worksheet(layout.name, _Rowless)
    sheet.outline_settings(True, False, True, False)
    sheet.outline_row_level = int(layout.folds)
    sheet.freeze_panes(1, layout.frozen)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for place, (_, width) in enumerate(layout.columns):
        sheet.set_column(place, place, width)
    for corner in ((0, 0), (last, len(layout.columns) - 1)):
        sheet._check_dimensions(*corner)  # which rows it has
    sheet.autofilter(0, 0, last, len(layout.columns) - 1)
    for place, rule in layout.rules:
        options = {name: list(value) if isinstance(value, tuple) else value for name, value in rule}
        sheet.data_validation(1, place, last, place, options)
    _put_on_paper(sheet, layout, last)


def _put_on_paper(sheet: Worksheet, layout: SheetLayout, last: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**MARGINS)
    sheet.set_header(_HEADER)
    sheet.set_footer(_FOOTER)
    sheet.repeat_rows(0)
    if layout.printed < len(layout.columns):
        sheet.print_area(0, 0, last, layout.printed - 1)


@cache
def styles() -> dict[tuple[str, bool], int]:
    """Return (style, is a day) -> the number of that style in a workbook."""
    return _add_styles(Workbook(BytesIO(), {"in_memory": True}))


def _add_styles(book: Workbook) -> dict[tuple[str, bool], int]:
    person = {"bg_color": "#E6EDF5", "top": 1, "top_color": "#8FA3B8"}
    answer = {"bg_color": "#FFF7D6", "border": 1, "border_color": "#8FA3B8"}
    look: dict[str, dict[str, object]] = {
        "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#154273", "valign": "vcenter"},
        "person": person,
        "answer": answer,
        "answer day": answer | {"num_format": "dd-mm-yyyy", "align": "left"},
        "plain": {},
        "detail": {"font_color": "#595959", "text_wrap": False},
    }
    shared = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": FONT}
    return {
        (name, is_day): book.add_format(
            {**shared, **own, **({"num_format": "dd-mm-yyyy", "align": "left"} if is_day else {})}
        )._get_xf_index()
        for name, own in look.items()
        for is_day in (False, True)
    }
