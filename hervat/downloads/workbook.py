"""The rows of an .xlsx workbook, each cell as the text that a CSV would have."""

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from hervat.downloads.refused import Wrong

_MAX_BYTES, _MAX_UNPACKED = 200 << 20, 1 << 30
_MAX_HEAD = 1 << 20
_FROM_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")
_BROKEN = "can't be read as an .xlsx workbook"
_AGAIN = "download it again, or save it as CSV (UTF-8)"


def sheet_of(stream: BinaryIO, name: str | None) -> CalamineSheet:
    """Return the sheet of that name, or the first. Raises Wrong (bad_workbook, too_large)."""
    content = stream.read(_MAX_BYTES + 1)
    _refuse_large(content)
    _refuse_1904(content)
    try:
        book = CalamineWorkbook.from_object(BytesIO(content))
        if name is not None and name not in book.sheet_names:
            raise Wrong("bad_workbook", f"has no sheet {name!r}", "give the sheet that name")
        return book.get_sheet_by_index(0) if name is None else book.get_sheet_by_name(name)
    except (CalamineError, OSError, IndexError):
        raise Wrong("bad_workbook", _BROKEN, _AGAIN) from None


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


def sheet_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with its number in the sheet; none is narrower than the first."""
    width = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            width = width or len(texts)
            yield number, texts + [""] * (width - len(texts))


def first_row(sheet: CalamineSheet) -> list[str]:
    """Return the cells of the first row that is not blank."""
    return next((cells for _, cells in sheet_rows(sheet)), [])


def cell_text(cell: object) -> str:
    """Return a cell as text: days as dd-mm-jjjj, whole numbers without '.0', never as 1E+08."""
    if isinstance(cell, datetime | date):
        return f"{cell.day:02}-{cell.month:02}-{cell.year:04}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return str(cell)
