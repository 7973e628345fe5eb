"""Search the lists beside the systems (files) for corrected persons: in any sheet and column. A person mends them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from hervat.bsn import normalised
from hervat.bsn_text import bsns_in
from hervat.delivery.facts import Hit
from hervat.delivery.list_rows import ListError, rows_of
from hervat.settings import System

__all__ = ["ListError", "search"]

_HEADER = re.compile(r"bsn|burgerservice|sofi", re.IGNORECASE)
_LONGEST_HEADER = 40
_DIGIT = re.compile(r"[0-9]")
_SHORTEST = 7  # digits; a shorter number is a BSN with lost zeros only in a column that says that it holds BSNs


def search(system: System, wanted: Mapping[str, str]) -> list[Hit]:
    """Return where the lists of a files system name these persons; `wanted`: BSN (nine digits) -> person's key.

    Row 0: the name of the sheet names him, or (without a sheet) that of the file. Raises ListError naming the folder or
    file that can't be read: what was not searched is not clean.
    """
    return [hit for path in lists_of(system) for hit in _in_file(system.name, path, wanted)]


def lists_of(system: System) -> list[Path]:
    """Return the lists of a files system. Raises ListError naming the folder when it can't be read."""
    if system.files is None:
        return []
    folder, pattern = system.files.directory, system.files.pattern.casefold()
    try:
        found = [path for path in sorted(folder.iterdir()) if fnmatch(path.name.casefold(), pattern)]
    except OSError as error:
        raise ListError(f"system {system.name}: the folder {folder} can't be read ({type(error).__name__})") from None
    # "~$name" is what Office keeps beside an open workbook: a lock, no list
    return [path for path in found if path.is_file() and not path.name.startswith("~$")]


def unreadable(system: System, path: Path) -> str | None:
    """Return why a list can't be searched, from its beginning; None when it can."""
    try:
        for _ in rows_of(system.name, path):
            break
    except ListError as error:
        return str(error)
    return None


def _in_file(system: str, path: Path, wanted: Mapping[str, str]) -> Iterator[Hit]:
    sheet_seen, columns = None, frozenset[int]()
    for key in _keys(bsns_in(path.stem), wanted):
        yield Hit(system, path.name, "", 0, key)
    for sheet, number, cells in rows_of(system, path):
        if sheet != sheet_seen:
            sheet_seen, columns = sheet, frozenset()
        columns |= {at for at, cell in enumerate(cells) if _is_header(cell)}
        for key in _keys(_bsns(cells, columns) if number else bsns_in(sheet), wanted):
            yield Hit(system, path.name, sheet, number, key)


def _is_header(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST_HEADER and _HEADER.search(cell) is not None


def _keys(bsns: Iterable[str], wanted: Mapping[str, str]) -> list[str]:
    return sorted({wanted[bsn] for bsn in bsns if bsn in wanted})


def _bsns(cells: Iterable[Any], columns: frozenset[int]) -> Iterator[str]:
    """Yield what may be a BSN in a row: cells that are one, and what is spelled within a text."""
    for at, cell in enumerate(cells):
        text = str(cell)
        if not _DIGIT.search(text):
            continue
        digits = normalised(text)
        if digits and (at in columns or len(digits.lstrip("0")) >= _SHORTEST):
            yield digits
        yield from bsns_in(text)
