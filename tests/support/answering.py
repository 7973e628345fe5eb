"""A caseworker who fills in a worklist: the workbook is read, cells are written, and it is saved anew as Excel does."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

Filled = dict[str, Any]


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Return the cells of every sheet of a workbook."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def people_on(path: Path) -> list[Filled]:
    """Return the rows of the sheet Personen by title, those of signals left out."""
    titles, *rows = sheets_of(path)["Personen"]
    found = [dict(zip(titles, row, strict=True)) for row in rows]
    return [row for row in found if not row["Signaal"]]


def write_book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write a workbook with these cells; days stay days."""
    with Workbook(str(path), {"default_date_format": "dd-mm-yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell != "":
                        sheet.write(row, column, cell)
    return path


def fill_in(worklist: Path, target: Path, answers: dict[Any, Filled], made_at: datetime | None = None) -> Path:
    """Save a worklist as `target` with answers at the rows of these persons: number (or BSN) -> title -> cell."""
    sheets = sheets_of(worklist)
    titles, *rows = sheets["Personen"]
    number, bsn, signal = (titles.index(title) for title in ("Nummer", "BSN", "Signaal"))
    for who, cells in answers.items():
        row = next(row for row in rows if who in (row[number], row[bsn]) and not row[signal])
        for title, cell in cells.items():
            row[titles.index(title)] = cell
    write_book(target, sheets)
    if made_at:
        os.utime(target, (made_at.timestamp(), made_at.timestamp()))
    return target
