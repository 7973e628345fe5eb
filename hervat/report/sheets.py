"""Sheets of the worklist."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from hervat.dutch import short_day
from hervat.report.files import WriteFailed

FONT, SMALLEST = 11, 8  # points
_A4, _MARGIN = 297 / 25.4, 0.25  # inches: the long side, and the white at each end
_DOTS = 96  # pixels an inch, as a spreadsheet counts them
_DIGIT, _AROUND = 7, 5  # pixels: of a digit in Calibri 11, and of a cell beside its text
_SPARE = 0.98  # printers differ a little

MARGINS = {"left": _MARGIN, "right": _MARGIN, "top": 0.6, "bottom": 0.6}
WIDEST = int((_A4 - 2 * _MARGIN) * _DOTS * _SPARE * FONT / SMALLEST)
"""Pixels: anything wider would need too small letters to stay on one page."""


def pixels(widths: Iterable[float]) -> int:
    """Return the total width in pixels of columns of these widths (in digits)."""
    return sum(int(width * _DIGIT + _AROUND) for width in widths)


def points(widths: Iterable[float]) -> float:
    """Return the font size when columns of these widths are printed on one page; never enlarged."""
    return min(FONT, WIDEST * SMALLEST / pixels(widths))


Cell = str | int | date | None
_LAST_ROW, _LONGEST = 1_048_575, 32_767
_OLDEST = date(1900, 3, 1)  # Excel knows no earlier day for sure


class Book(Workbook):  # type: ignore[misc]
    """A workbook whose pages have a header and a footer."""

    def __init__(self, file: BinaryIO, options: dict[str, Any], header: str, footer: str) -> None:
        super().__init__(file, options)
        self.header, self.footer = header, footer


class WorklistSheet:
    """One sheet, written from the top to the bottom, its header and footer those of the workbook.

    printed: so many columns from the left go on paper; None: all. frozen: so many stay in sight.
    """

    def __init__(
        self, book: Book, name: str, columns: Iterable[tuple[str, float]], printed: int | None = None, frozen: int = 2
    ) -> None:
        self._sheet: Worksheet = book.add_worksheet(name)
        self._formats = _formats(book)
        self._row, columns = 0, list(columns)
        self._width, self._printed = len(columns), printed or len(columns)
        self._sheet.outline_settings(True, False, True, False)
        self._sheet.freeze_panes(1, frozen)
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._on_paper(book)
        for place, (_, width) in enumerate(columns):
            self._sheet.set_column(place, place, width)
        self.write([title for title, _ in columns], "head")

    def _on_paper(self, book: Book) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(**MARGINS)
        self._sheet.set_header(book.header)
        self._sheet.set_footer(book.footer)
        self._sheet.repeat_rows(0)

    def write(self, cells: Iterable[Cell], style: str = "plain", level: int = 0, folded: bool = False) -> None:
        """Write one row. style: head, person, plain or detail.

        level 1 folds the row away under the row above it of level 0, which is written as `folded`. Raises WriteFailed
        when the sheet is full, instead of leaving persons out.
        """
        self._begin(level, folded)
        for place, cell in enumerate(cells):
            self._cell(place, cell, style)
        self._row += 1

    def write_mixed(self, cells: Iterable[tuple[Cell, str]], folded: bool = False) -> None:
        """Write one row, each cell in a style of its own; `answer` and `answer day` are to be filled in."""
        self._begin(0, folded)
        for place, (cell, style) in enumerate(cells):
            self._cell(place, cell, style)
        self._row += 1

    def _begin(self, level: int, folded: bool) -> None:
        if self._row > _LAST_ROW:
            raise WriteFailed(f"the sheet {self._sheet.name} is full at {_LAST_ROW + 1} rows; split the municipality")
        if level or folded:
            options = {"level": level, "hidden": bool(level), "collapsed": folded}
            self._sheet.set_row(self._row, None, None, options)

    def _cell(self, place: int, cell: Cell, style: str) -> None:
        if cell is None or cell == "":
            if style not in ("plain", "detail"):  # its colour goes on
                self._sheet.write_blank(self._row, place, None, self._formats[style, False])
        elif isinstance(cell, date) and cell >= _OLDEST:
            self._sheet.write_datetime(self._row, place, cell, self._formats[style, True])
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, place, cell, self._formats[style, False])
        else:
            self._sheet.write_string(self._row, place, str(cell)[:_LONGEST], self._formats[style, False])

    def ask(self, place: int, rule: Mapping[str, Any]) -> None:
        """Let a column take what the rule (of XlsxWriter's data_validation) allows and nothing else."""
        if self._row > 1:
            self._sheet.data_validation(1, place, self._row - 1, place, dict(rule))

    def close(self) -> None:
        """Put the filter over all that was written, and what is printed on paper."""
        last = max(self._row - 1, 0)
        self._sheet.autofilter(0, 0, last, self._width - 1)
        if self._printed < self._width:
            self._sheet.print_area(0, 0, last, self._printed - 1)


def _formats(book: Book) -> dict[tuple[str, bool], Format]:
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
        )
        for name, own in look.items()
        for is_day in (False, True)
    }


@contextmanager
def workbook(file: BinaryIO, scratch: Path, day: date, whose: str = "") -> Iterator[Book]:
    """Give a workbook that is written to `file` when the block ends; what it sets aside meanwhile lies in `scratch`.

    whose: the gemeente, as the pages say above them beside the day.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    named = whose[:80].replace("&", "&&")  # a & begins a code there, and 255 characters is the most
    header = f"&LVertrouwelijk&CWerklijst {named}&R{short_day(day)}"
    book = Book(file, options, header, "&LVertrouwelijk: dit zijn persoonsgegevens&RBladzijde &P van &N")
    book.set_properties({"title": "Werklijst", "created": datetime(day.year, day.month, day.day)})
    yield book
    try:
        book.close()
    except XlsxWriterException as error:
        raise WriteFailed(
            f"the worklist can't be written ({type(error).__name__}); check the free space there"
        ) from None
