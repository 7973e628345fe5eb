"""The rows of an .xlsx workbook, each cell as the text that a CSV would have.

Notes on a file that was read: parts that were not read, and parts that are hidden.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO, Literal
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong
from hervat.downloads.sheet_xml import Odd, odd_of

_MAX_BYTES, _MAX_UNPACKED = 200 << 20, 1 << 30
_MAX_HEAD = 1 << 20
_FROM_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_BROKEN = "can't be read as an .xlsx workbook"
_AGAIN = "open it in Excel and save it as .xlsx, or as CSV (UTF-8)"
_MIDNIGHT = time(23, 59, 59, 500_000)  # later may be the midnight that comes, as a number that was rounded
_MERGED = "#MERGED!"
_MAX_MERGED = 1_000_000  # cells


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet, and what its reader leaves out: cells with an error or without a value, hidden rows and columns."""

    name: str
    hidden: bool
    cells: CalamineSheet = field(repr=False)
    odd: Odd = field(repr=False)


class Workbook:
    """An .xlsx that opens. Raises Wrong (bad_workbook, too_large)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._content = stream.read(_MAX_BYTES + 1)
        _refuse_large(self._content)
        _refuse_other_kinds(self._content)
        _refuse_1904(self._content)
        try:
            self._book = CalamineWorkbook.from_object(BytesIO(self._content))
        except (CalamineError, OSError):
            raise Wrong("bad_workbook", _BROKEN, _AGAIN) from None

    @property
    def names(self) -> list[str]:
        """The names of the sheets that hold cells, hidden ones too, in their order."""
        return [sheet.name for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]

    def sheet(self, name: str | None) -> WorkbookSheet:
        """Return the sheet of that name, or the first. Raises Wrong (bad_workbook)."""
        if name is not None and name not in self.names:
            there = ", ".join(repr(name) for name in self.names)
            advice = "name it so, or name one that is there as `sheet` in the format"
            raise Wrong("bad_workbook", f"has no sheet {name!r}, only {there}", advice)
        try:
            chosen = name if name is not None else self.names[0]
            cells = self._book.get_sheet_by_name(chosen)
        except (CalamineError, OSError, IndexError):
            raise Wrong("bad_workbook", _BROKEN, _AGAIN) from None
        visible = {sheet.name: sheet.visible for sheet in self._book.sheets_metadata}
        odd = odd_of(self._content, chosen)
        _add_merged(odd, cells)
        return WorkbookSheet(chosen, visible[chosen] != SheetVisibleEnum.Visible, cells, odd)


def sheet_of(stream: BinaryIO, name: str | None) -> WorkbookSheet:
    """Return the sheet of that name, or the first. Raises Wrong (bad_workbook, too_large)."""
    return Workbook(stream).sheet(name)


def _refuse_other_kinds(content: bytes) -> None:
    """Refuse what the reader could open too, but in which nobody sees errors and formulas that have no value."""
    with ZipFile(BytesIO(content)) as parts:
        names = set(parts.namelist())
    if "xl/workbook.bin" in names:
        raise Wrong("bad_workbook", "is an .xlsb", "open it in Excel and save it as .xlsx")
    if "content.xml" in names and "xl/workbook.xml" not in names:
        raise Wrong("bad_workbook", "is an .ods", "save it as .xlsx, or as CSV (UTF-8)")


def _add_merged(odd: Odd, cells: CalamineSheet) -> None:
    """Mark the cells that are hidden in a merged one: they look as if the first one's value were theirs."""
    ranges = cells.merged_cell_ranges or []
    if sum((bottom - top + 1) * (right - left + 1) for (top, left), (bottom, right) in ranges) > _MAX_MERGED:
        raise Wrong("bad_workbook", "has merged cells all over", "take the merging away, and fill each cell")
    for (top, left), (bottom, right) in ranges:
        for row in range(top, bottom + 1):
            odd.cells.setdefault(row + 1, {}).update(dict.fromkeys(range(left, right + 1), _MERGED))
        del odd.cells[top + 1][left]


def _refuse_large(content: bytes) -> None:
    """Refuse what would fill memory: a workbook is read whole."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        unpacked = 0
        if len(content) <= _MAX_BYTES:
            raise Wrong("bad_workbook", _BROKEN, _AGAIN) from None
    if len(content) > _MAX_BYTES or unpacked > _MAX_UNPACKED:
        raise Wrong("too_large", "is too large for a workbook", "download it as CSV, or in parts")


def _refuse_1904(content: bytes) -> None:
    """Refuse a workbook that counts days from 1904: a day in a cell without a date's layout would be four years off."""
    try:
        with ZipFile(BytesIO(content)) as parts, parts.open("xl/workbook.xml") as part:
            old = _FROM_1904.search(part.read(_MAX_HEAD))
    except (BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError):
        return  # the reader says what is wrong with it
    if old:
        raise Wrong("bad_workbook", "counts its days from 1904 (an old Excel for Mac)", "save it as CSV (UTF-8)")


def sheet_rows(sheet: WorkbookSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with its number in the sheet; none is narrower than the first."""
    width = 0
    for number, cells in _numbered(sheet):
        texts = _texts(cells, sheet.odd.cells.get(number, {}))
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            width = width or len(texts)
            yield number, texts + [""] * (width - len(texts))


def _numbered(sheet: WorkbookSheet) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows with their numbers, then the rows below them with nothing but odd cells."""
    last = 0
    for last, cells in enumerate(sheet.cells.iter_rows(), 1):
        yield last, list(cells)
    yield from ((row, []) for row in sorted(sheet.odd.cells) if row > last)


def _texts(cells: list[object], odd: dict[int, str]) -> list[str]:
    texts = [cell_text(cell) for cell in cells]
    if odd:
        texts += [""] * (max(odd) + 1 - len(texts))
        for place, text in odd.items():
            texts[place] = text
    return texts


def first_row(sheet: WorkbookSheet) -> list[str]:
    """Return the cells of the first row that is not blank."""
    return next((cells for _, cells in sheet_rows(sheet)), [])


def cell_text(cell: object) -> str:
    """Return a cell as text: days as dd-mm-jjjj, whole numbers without '.0', never as 1E+08."""
    if isinstance(cell, datetime) and cell.time() >= _MIDNIGHT:
        return f"{cell.date().isoformat()}T24:00"  # which day it is, is not sure
    if isinstance(cell, datetime | date):
        return f"{cell.day:02}-{cell.month:02}-{cell.year:04}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return str(cell)


NoteCode = Literal["sheets_unread", "sheet_hidden", "rows_hidden", "columns_hidden"]
_LEAST = 2  # headers of the format by which a sheet counts as a table


@dataclass(frozen=True)
class Note:
    """A code, a text with advice, and a count; urgent: a person must look, rows may be unread."""

    code: NoteCode
    text: str
    count: int
    urgent: bool = False


def chosen_sheet(book: Workbook, format: Format) -> tuple[WorkbookSheet, list[Note]]:
    """Return the sheet to read, and notes on it and the others. Raises Wrong."""
    sheet = book.sheet(format.sheet)
    others = [book.sheet(name) for name in book.names if name != sheet.name]
    filled = [other for other in others if first_row(other)]
    tables = [other for other in filled if known(first_row(other), format) >= _LEAST]
    if known(first_row(sheet), format) < _LEAST and tables:
        _refuse_other(sheet, tables, format)
    return sheet, [*_of_sheet(sheet, format), *_of_others(sheet, filled, tables)]


def _refuse_other(sheet: WorkbookSheet, tables: list[WorkbookSheet], format: Format) -> None:
    names = _named(tables)
    wrong = f"has no header of the format {format.name} on its sheet {sheet.name!r}, but on {names}"
    advice = f"write `sheet: {tables[0].name}` in the format, or put that sheet first"
    dutch = f"De tabel staat op het blad {names}. Zet dat vooraan, of schrijf `sheet: {tables[0].name}` in het formaat."
    raise Wrong("not_a_table", wrong, advice, dutch)


def _of_sheet(sheet: WorkbookSheet, format: Format) -> list[Note]:
    notes = []
    if sheet.hidden and format.sheet is None:
        text = f"the sheet that was read, {sheet.name!r}, is hidden: see whether it is the right one, or name another"
        notes.append(Note("sheet_hidden", f"{text} as `sheet` in the format", 1, urgent=True))
    if sheet.odd.hidden_rows:
        text = f"{sheet.odd.hidden_rows} row(s) that are hidden (by a filter?) were read like the others"
        notes.append(Note("rows_hidden", text, sheet.odd.hidden_rows))
    if sheet.odd.hidden_columns:
        notes.append(Note("columns_hidden", "hidden columns were read like the others", sheet.odd.hidden_columns))
    return notes


def _of_others(sheet: WorkbookSheet, filled: list[WorkbookSheet], tables: list[WorkbookSheet]) -> list[Note]:
    if not filled:
        return []
    text = f"only the sheet {sheet.name!r} was read, not {_named(filled)}"
    advice = "; rows there? put each sheet in a file of its own" if tables else ""
    return [Note("sheets_unread", text + advice, len(filled), urgent=bool(tables))]


def _named(sheets: list[WorkbookSheet]) -> str:
    return ", ".join(f"{sheet.name!r}{' (hidden)' if sheet.hidden else ''}" for sheet in sheets)
