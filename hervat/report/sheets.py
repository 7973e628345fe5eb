"""Sheets of the worklist: their rows as XML, in a workbook of which the rest is XlsxWriter's."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import lru_cache
from operator import getitem
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.xmlwriter import XMLwriter  # type: ignore[import-untyped]

from hervat.report.files import WriteFailed
from hervat.report.frame import FONT, MARGIN, Rule, SheetLayout, parts, styles

SMALLEST = 8  # points
_A4 = 297 / 25.4  # inches: the long side
_DOTS = 96  # pixels an inch, as a spreadsheet counts them
_DIGIT, _AROUND = 7, 5  # pixels: of a digit in Calibri 11, and of a cell beside its text
_SPARE = 0.98  # printers differ a little

WIDEST = int((_A4 - 2 * MARGIN) * _DOTS * _SPARE * FONT / SMALLEST)
"""Pixels: anything wider would need too small letters to stay on one page."""


def pixels(widths: Iterable[float]) -> int:
    """Return the total width in pixels of columns of these widths (in digits)."""
    return sum(int(width * _DIGIT + _AROUND) for width in widths)


def points(widths: Iterable[float]) -> float:
    """Return the font size when columns of these widths are printed on one page; never enlarged."""
    return min(FONT, WIDEST * SMALLEST / pixels(widths))


Cell = str | int | date | None
Style = str | tuple[str, ...]
_LAST_ROW, _LONGEST = 1_048_575, 32_767
_OLDEST = date(1900, 3, 1)  # Excel knows no earlier day for sure
_DAY_NONE = date(1899, 12, 30)  # from which a spreadsheet counts its days
_ROW = "\0"  # no text has it: control characters are escaped
_STRIKING = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff\U00010000-\U0010ffff]|^\s|\s$")
_CELLS = 2_000  # the same signals, days and texts come in thousands of rows
_AT_ONCE = 50  # rows
_IN_MEMORY = 8 * 1024 * 1024  # octets of a sheet
_LEVEL = 2  # of 9: three times as fast as zlib's own choice, for a file of five quarters of the size
_ZIP64 = 1 << 31


class _Column(dict[Cell, str]):
    """The cells of a column in one style: value -> XML, in which _ROW stands for the number of the row."""

    def __init__(self, place: int, style: str) -> None:
        super().__init__()
        name, numbers = xl_col_to_name(place), styles()
        self._start = f'<c r="{name}{_ROW}" s="{numbers[style, False]}"'
        self._day = f'<c r="{name}{_ROW}" s="{numbers[style, True]}"'
        self._empty = "" if style in ("plain", "detail") else f"{self._start}/>"

    def __missing__(self, cell: Cell) -> str:
        if len(self) >= _CELLS:
            self.clear()
        xml = self[cell] = self._xml(cell)
        return xml

    def _xml(self, cell: Cell) -> str:
        if cell is None or cell == "":
            return self._empty
        if isinstance(cell, date) and cell >= _OLDEST:
            return f"{self._day}><v>{(cell - _DAY_NONE).days}</v></c>"
        if isinstance(cell, int):
            return f"{self._start}><v>{cell}</v></c>"
        return f'{self._start} t="inlineStr"><is>{_text(str(cell))}</is></c>'


class Book:
    """A workbook of which the sheets are written one after the other.

    Its rows lie in memory, those of a large sheet in a nameless file in `scratch`.
    """

    def __init__(self, scratch: Path) -> None:
        self.sheets: list[WorklistSheet] = []
        self._scratch, self._open = scratch, ExitStack()

    def room(self) -> SpooledTemporaryFile[bytes]:
        """Return a place for the rows of a sheet."""
        return self._open.enter_context(SpooledTemporaryFile(_IN_MEMORY, dir=str(self._scratch)))

    def store(self, file: BinaryIO, day: date, whose: str) -> None:
        """Write the workbook to a file."""
        sheets = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(self.sheets, 1)}
        layouts, counts = tuple(sheet.layout for sheet in self.sheets), [sheet.count for sheet in self.sheets]
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
            for part in parts(layouts, counts, day, whose):
                sheet = sheets.get(part.name)
                with package.open(part.name, "w", force_zip64=sheet is not None and sheet.size() > _ZIP64) as content:
                    content.write(part.before.encode())
                    if sheet is not None:
                        sheet.copy_to(content)
                    content.write(part.after.encode())

    def close(self) -> None:
        """Let go of all rows."""
        self._open.close()


class WorklistSheet:
    """One sheet, written from the top to the bottom.

    printed: so many columns from the left go on paper; None: all. frozen: so many stay in sight.
    """

    def __init__(
        self, book: Book, name: str, columns: Iterable[tuple[str, float]], printed: int | None = None, frozen: int = 2
    ) -> None:
        self._name, self._widths = name, tuple(columns)
        self._printed, self._frozen = printed or len(self._widths), frozen
        self._row, self._folds, self._rules = 0, False, list[tuple[int, Rule]]()
        self._columns = lru_cache(self._columns_in)
        self._rows, self._room = list[str](), book.room()
        book.sheets.append(self)
        self.write([title for title, _ in self._widths], "head")

    @property
    def layout(self) -> SheetLayout:
        """The sheet without its rows; no rules where there are none to fill in."""
        rules = tuple(self._rules) if self._row > 1 else ()
        return SheetLayout(self._name, self._widths, self._printed, self._frozen, self._folds, rules)

    @property
    def count(self) -> int:
        """The number of rows, that with the titles too."""
        return self._row

    def write(self, cells: Sequence[Cell], style: Style = "plain", above: bool = False) -> None:
        """Write one row; above: the next ones are folded away under it.

        style: head, person, plain or detail, or one for each cell; `answer` and `answer day` are to be filled in.
        Raises WriteFailed when the sheet is full, instead of leaving persons out.
        """
        number, options = self._next_row(), ' collapsed="1"' if above else ""
        xml = "".join(map(getitem, self._columns(style), cells))
        self._put(f'<row r="{number}"{options}>{xml.replace(_ROW, number)}</row>')

    def fold(self, alike: Sequence[Cell], rows: Iterable[Iterable[Cell]]) -> None:
        """Write rows of details, folded away under the row above them. alike: the first cells of each."""
        columns = self._columns("detail")
        pieces, columns = "".join(map(getitem, columns, alike)).split(_ROW), columns[len(alike) :]
        for cells in rows:
            number, own = self._next_row(), "".join(map(getitem, columns, cells))
            first, rest = number.join(pieces), own.replace(_ROW, number)
            self._put(f'<row r="{number}" hidden="1" outlineLevel="1">{first}{rest}</row>')
            self._folds = True

    def _columns_in(self, style: Style) -> list[_Column]:
        each = [style] * len(self._widths) if isinstance(style, str) else style
        return [_Column(place, style) for place, style in enumerate(each)]

    def _next_row(self) -> str:
        if self._row > _LAST_ROW:
            raise WriteFailed(f"the sheet {self._name} is full at {_LAST_ROW + 1} rows; split the municipality")
        self._row += 1
        return str(self._row)

    def _put(self, row: str) -> None:
        self._rows.append(row)
        if len(self._rows) >= _AT_ONCE:
            self._set_aside()

    def _set_aside(self) -> None:
        self._room.write("".join(self._rows).encode())
        self._rows.clear()

    def ask(self, place: int, rule: Rule) -> None:
        """Let a column take what the rule allows and nothing else."""
        self._rules.append((place, rule))

    def size(self) -> int:
        """Return the number of octets of the rows."""
        self._set_aside()
        return self._room.tell()

    def copy_to(self, content: IO[bytes]) -> None:
        """Write the rows, from the first."""
        self._set_aside()
        self._room.seek(0)
        shutil.copyfileobj(self._room, content)


def _text(text: str) -> str:
    """Return a text as XML, escaped as XlsxWriter does."""
    if len(text) < _LONGEST // 2 and not _STRIKING.search(text):  # nearly all
        return f"<t>{text}</t>"
    text = text.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<t{kept}>{escape(XMLwriter._escape_control_characters(text))}</t>"


@contextmanager
def workbook(file: BinaryIO, scratch: Path, day: date, whose: str = "") -> Iterator[Book]:
    """Give a workbook that is written to `file` when the block ends; what it sets aside meanwhile lies in `scratch`.

    whose: the gemeente, as the pages say above them beside the day.
    """
    book = Book(scratch)
    try:
        yield book
        book.store(file, day, whose)
    finally:
        book.close()
