"""Search the lists beside the systems (files) for corrected persons: in any sheet and column. A person mends them."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from hervat.bsn import normalised
from hervat.delivery.facts import Hit
from hervat.errors import HervatError
from hervat.settings import System

_TEXT = (".csv", ".txt", ".tsv")
_WORKBOOK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_RUN = re.compile(r"(?<!\d)\d{8,9}(?!\d)")
_HEADER = re.compile(r"bsn|burgerservice|sofi", re.IGNORECASE)
_SHORTEST = 7  # digits; a shorter number is a BSN with lost zeros only in a column that says that it holds BSNs

Row = tuple[str, int, list[Any]]


class ListError(HervatError):
    """A list can't be searched, so nobody can say who stands in it."""


def search(system: System, wanted: Mapping[str, str]) -> list[Hit]:
    """Return where the lists of a files system name these persons; `wanted`: BSN (nine digits) -> person's key.

    Raises ListError naming the folder or file that can't be read: what was not searched is not clean.
    """
    return [hit for path in _files(system) for hit in _in_file(system.name, path, wanted)]


def _files(system: System) -> list[Path]:
    if system.files is None:
        return []
    folder, pattern = system.files.directory, system.files.pattern.casefold()
    try:
        found = [path for path in sorted(folder.iterdir()) if fnmatch(path.name.casefold(), pattern)]
    except OSError as error:
        raise ListError(f"system {system.name}: the folder {folder} can't be read ({type(error).__name__})") from None
    # "~$name" is what Office keeps beside an open workbook: a lock, no list
    return [path for path in found if path.is_file() and not path.name.startswith("~$")]


def _in_file(system: str, path: Path, wanted: Mapping[str, str]) -> Iterator[Hit]:
    sheet_seen, columns = None, frozenset[int]()
    for sheet, number, cells in _rows(system, path):
        if sheet != sheet_seen:
            sheet_seen, columns = sheet, frozenset()
        columns |= {at for at, cell in enumerate(cells) if isinstance(cell, str) and _HEADER.search(cell)}
        for key in sorted({wanted[bsn] for bsn in _bsns(cells, columns) if bsn in wanted}):
            yield Hit(system, path.name, sheet, number, key)


def _bsns(cells: Iterable[Any], columns: frozenset[int]) -> Iterator[str]:
    """Yield what may be a BSN in a row: cells that spell one, and runs of eight or nine digits within a text."""
    for at, cell in enumerate(cells):
        text = str(cell)
        digits = normalised(text)
        if digits and (at in columns or len(digits.lstrip("0")) >= _SHORTEST):
            yield digits
        yield from (run.zfill(9) for run in _RUN.findall(text))


def _rows(system: str, path: Path) -> Iterator[Row]:
    kind = path.suffix.casefold()
    try:
        if kind in _TEXT:
            yield from _text_rows(path)
        elif kind in _WORKBOOK:
            yield from _workbook_rows(path)
        else:
            raise ListError(f"system {system}: {path.name} is no list that can be searched; save it as .xlsx or .csv")
    except ListError:
        raise
    except Exception as error:  # noqa: BLE001 - calamine and csv each have their own kinds; what they say may hold values
        raise ListError(f"system {system}: {path.name} can't be read ({type(error).__name__})") from None


def _workbook_rows(path: Path) -> Iterator[Row]:
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            first = sheet.start[0] if sheet.start else 0
            for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
                yield name, number, cells


def _text_rows(path: Path) -> Iterator[Row]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = text.splitlines()
    separator = max(";,\t|", key=(lines or [""])[0].count)
    rows = csv.reader(lines, delimiter=separator)
    for cells in rows:
        yield "", rows.line_num, cells
