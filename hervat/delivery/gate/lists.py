"""Searching the lists beside the systems for corrected persons: any sheet, any column."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from hervat.bsn import bsns_in, normalised, stands_in
from hervat.delivery.gate.facts import Hit
from hervat.errors import HervatError
from hervat.settings import System

__all__ = ["ListError", "search_lists"]

_HEADER = re.compile(r"bsn|burgerservice|sofi", re.IGNORECASE)
_LONGEST_HEADER = 40
_DIGIT = re.compile(r"[0-9]")
_SHORTEST = 7  # digits; a shorter number is a BSN with lost zeros only in a column named for BSNs


def search_lists(system: System, key_of: Mapping[str, str]) -> list[Hit]:
    """Return where the lists of a files system name these persons; `wanted`: BSN (nine digits) -> person's key.

    Row 0: the person is in the name of the sheet or (without a sheet) of the file. Raises ListError naming the folder
    or file that can't be read: what was not searched is not clean.
    """
    return [hit for path in lists_of(system) for hit in _in_file(system.name, path, key_of)]


def lists_of(system: System) -> list[Path]:
    """Return the lists of a files system. Raises ListError naming the folder when it can't be read."""
    if system.files is None:
        return []
    folder, pattern = system.files.directory, system.files.pattern.casefold()
    try:
        found = [path for path in sorted(folder.iterdir()) if fnmatch(path.name.casefold(), pattern)]
    except OSError as error:
        raise ListError(f"system {system.name}: the folder {folder} can't be read ({type(error).__name__})") from None
    # "~$name" is Office's lock file beside an open workbook, not a list
    return [path for path in found if path.is_file() and not path.name.startswith("~$")]


def unreadable(system: System, path: Path) -> str | None:
    """Return why a list can't be searched, from its beginning; None when it can."""
    try:
        for _ in rows_of(system.name, path):
            break
    except ListError as error:
        return str(error)
    return None


def _in_file(system: str, path: Path, key_of: Mapping[str, str]) -> Iterator[Hit]:
    sheet_seen, columns = None, frozenset[int]()
    for key in _keys(bsns_in(path.stem), key_of):
        yield Hit(system, path.name, "", 0, key)
    for sheet, number, cells in rows_of(system, path):
        if sheet != sheet_seen:
            sheet_seen, columns = sheet, frozenset()
        columns |= {at for at, cell in enumerate(cells) if _is_header(cell)}
        for key in _keys(_bsns(cells, columns) if number else bsns_in(sheet), key_of):
            yield Hit(system, path.name, sheet, number, key)


def _is_header(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST_HEADER and _HEADER.search(cell) is not None


def _keys(bsns: Iterable[str], key_of: Mapping[str, str]) -> list[str]:
    return sorted({key_of[bsn] for bsn in bsns if bsn in key_of})


def _bsns(cells: Iterable[Any], columns: frozenset[int]) -> Iterator[str]:
    """Yield the possible BSNs in a row: cells that are one, and those written within a text."""
    for at, cell in enumerate(cells):
        text = str(cell)
        if not _DIGIT.search(text):
            continue
        digits = normalised(text)
        if digits and (at in columns or len(digits.lstrip("0")) >= _SHORTEST):
            yield digits
        yield from bsns_in(text)


_TEXT = (".csv", ".txt", ".tsv")
_WORKBOOK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_CHUNK, _SAMPLE = 1 << 20, 1 << 16
_SEPARATORS = ";,\t|"

Row = tuple[str, int, list[Any]]


class ListError(HervatError):
    """A list can't be searched, so nobody knows who is in it."""


def shown(name: str) -> str:
    """Return the name of a file as it may be printed: one that holds a BSN without its digits (rule 7)."""
    return re.sub(r"\d", "*", name) if stands_in(name) else name


def rows_of(system: str, path: Path) -> Iterator[Row]:
    """Yield (sheet, row number, cells) of a list; each sheet comes first as row 0, without cells.

    The number is the one that Excel shows: in a text file that of the record, so a line break within quotes counts
    for none. Raises ListError with the file's name and no value.
    """
    kind = path.suffix.casefold()
    try:
        if kind in _TEXT:
            yield from _text_rows(path)
        elif kind in _WORKBOOK:
            yield from _workbook_rows(path)
        else:
            raise ListError(f"system {system}: {shown(path.name)} cannot be searched; save it as .xlsx or .csv")
    except ListError:
        raise
    except Exception as error:  # noqa: BLE001 - calamine and csv have their own errors; their texts may hold values
        said = f"system {system}: {shown(path.name)} can't be read ({type(error).__name__}); save it again"
        raise ListError(f"{said} as .xlsx or .csv, without a password") from None


def _workbook_rows(path: Path) -> Iterator[Row]:
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            yield name, 0, []
            for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
                yield name, number, cells


def _text_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = file.readline()
        hint = re.fullmatch(r"sep=(.)\s*", start, re.IGNORECASE)  # Excel takes it and does not show it as a row
        separator = hint[1] if hint else _separator(path, encoding)
        for number, cells in enumerate(csv.reader(chain([start], file), delimiter=separator), 0 if hint else 1):
            yield "", number, cells


def _separator(path: Path, encoding: str) -> str:
    """Return the cell separator: the sign that occurs most in the beginning (a title has none)."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return max(_SEPARATORS, key=file.read(_SAMPLE).count)


def _encoding(path: Path) -> str:
    """Return the encoding of a text file, in one pass over its bytes: UTF-16, UTF-8, else windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        chunk = file.read(_CHUNK)
        wide = _wide(chunk)
        try:
            while not wide and chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return wide or "utf-8-sig"


def _wide(start: bytes) -> str | None:
    """Return which UTF-16 it is: by its mark, or, without one, by the zero in every other byte."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    even, odd = start[:_SAMPLE:2].count(0), start[1:_SAMPLE:2].count(0)
    if max(even, odd) * 4 <= len(start[:_SAMPLE]):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
