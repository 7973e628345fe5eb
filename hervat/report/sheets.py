"""Sheets of the worklist."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]
from xlsxwriter.xmlwriter import XMLwriter  # type: ignore[import-untyped]

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
_DAY_NONE = date(1899, 12, 30)  # from which a spreadsheet counts its days
_ROW = "\0"  # no text has it: control characters are escaped
_COLUMNS = [xl_col_to_name(place) for place in range(64)]
_STRIKING = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff\U00010000-\U0010ffff]|^\s|\s$")


class PreparedCells(NamedTuple):
    """The first cells of rows, as XML in which _ROW stands for the number of the row."""

    xml: str = ""
    width: int = 0


_NOTHING = PreparedCells()


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
        self._styles = _styles(book)
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

    def write(
        self,
        cells: Iterable[Cell],
        style: str = "plain",
        level: int = 0,
        folded: bool = False,
        after: PreparedCells = _NOTHING,
    ) -> None:
        """Write one row. style: head, person, plain or detail. after: the cells to the left of these.

        level 1 folds the row away under the row above it of level 0, which is written as `folded`. Raises WriteFailed
        when the sheet is full, instead of leaving persons out.
        """
        self._put(after.xml + self._xml(((cell, style) for cell in cells), after.width), level, folded)

    def write_mixed(self, cells: Iterable[tuple[Cell, str]], folded: bool = False) -> None:
        """Write one row, each cell in a style of its own; `answer` and `answer day` are to be filled in."""
        self._put(self._xml(cells, 0), 0, folded)

    def prepared(self, cells: list[Cell], style: str) -> PreparedCells:
        """Return the first cells of several rows, to be given to each of them."""
        return PreparedCells(self._xml(((cell, style) for cell in cells), 0), len(cells))

    def _xml(self, cells: Iterable[tuple[Cell, str]], first: int) -> str:
        return "".join(self._cell(_COLUMNS[place], cell, style) for place, (cell, style) in enumerate(cells, first))

    def _cell(self, column: str, cell: Cell, style: str) -> str:
        if cell is None or cell == "":
            if style in ("plain", "detail"):
                return ""
            return f'<c r="{column}{_ROW}" s="{self._styles[style, False]}"/>'
        if isinstance(cell, date) and cell >= _OLDEST:
            return f'<c r="{column}{_ROW}" s="{self._styles[style, True]}"><v>{(cell - _DAY_NONE).days}</v></c>'
        index = self._styles[style, False]
        if isinstance(cell, int):
            return f'<c r="{column}{_ROW}" s="{index}"><v>{cell}</v></c>'
        return f'<c r="{column}{_ROW}" s="{index}" t="inlineStr"><is>{_text(str(cell))}</is></c>'

    def _put(self, xml: str, level: int, folded: bool) -> None:
        """Write a row past XlsxWriter, which takes ten times as long for each cell; it writes all around the rows."""
        if self._row > _LAST_ROW:
            raise WriteFailed(f"the sheet {self._sheet.name} is full at {_LAST_ROW + 1} rows; split the municipality")
        self._row += 1
        number = str(self._row)
        self._sheet.outline_row_level = max(self._sheet.outline_row_level, level)
        options = f' hidden="1" outlineLevel="{level}"' if level else ""
        options += ' collapsed="1"' if folded else ""
        self._sheet.row_data_fh.write(f'<row r="{number}"{options}>{xml.replace(_ROW, number)}</row>')

    def ask(self, place: int, rule: Mapping[str, Any]) -> None:
        """Let a column take what the rule (of XlsxWriter's data_validation) allows and nothing else."""
        if self._row > 1:
            self._sheet.data_validation(1, place, self._row - 1, place, dict(rule))

    def close(self) -> None:
        """Put the filter over all that was written, and what is printed on paper."""
        last = max(self._row - 1, 0)
        for corner in ((0, 0), (last, self._width - 1)):
            self._sheet._check_dimensions(*corner)  # which rows it has
        self._sheet.autofilter(0, 0, last, self._width - 1)
        if self._printed < self._width:
            self._sheet.print_area(0, 0, last, self._printed - 1)


def _text(text: str) -> str:
    """Return a text as XML, escaped as XlsxWriter does."""
    if len(text) < _LONGEST // 2 and not _STRIKING.search(text):  # nearly all
        return f"<t>{text}</t>"
    text = text.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<t{kept}>{escape(XMLwriter._escape_control_characters(text))}</t>"


def _styles(book: Book) -> dict[tuple[str, bool], int]:
    """Return (style, is a day) -> the number of that style in the workbook."""
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
