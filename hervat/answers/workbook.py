"""Parse a filled-in worklist into rows of cells by title, or a reason to refuse the whole file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import get_args

from hervat.answers.form import ABOUT, BSN, COLUMNS, MADE_ON, MUNICIPALITY, NUMBER, SHEET, SIGNAL
from hervat.downloads import Reason as Structure
from hervat.downloads import WorkbookSheet, Wrong, sheet_of, sheet_rows

REASONS = (*get_args(Structure), "not_xlsx", "not_a_worklist", "other_municipality")
"""The reasons to refuse a whole file: those of a download's workbook, and three of its own."""

_NEEDED = (NUMBER, BSN, SIGNAL, *COLUMNS)


class FileRefused(Exception):
    """A file is refused; `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class SheetLine:
    """A row: its number in the sheet, and its cells by title of their column."""

    number: int
    cells: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Filled:
    """A filled-in worklist: the day on which it was given out, and its rows."""

    given_out_on: date
    lines: list[SheetLine] = field(repr=False)


def filled_in(name: str, content: bytes, code: str) -> Filled:
    """Return the content of a worklist of the municipality of this code. Raises FileRefused."""
    if not name.casefold().endswith(".xlsx"):
        raise FileRefused("not_xlsx")
    about, sheet = _sheet(content, ABOUT), _sheet(content, SHEET)
    facts = {cells[0]: cells[1] for _, cells in sheet_rows(about) if len(cells) > 1}
    if not {MUNICIPALITY, MADE_ON} <= set(facts):
        raise FileRefused("not_a_worklist")
    if facts[MUNICIPALITY].zfill(4) != code:  # Excel may have made a number of it
        raise FileRefused("other_municipality")
    try:
        day = datetime.strptime(facts[MADE_ON], "%d-%m-%Y").date()
    except ValueError:
        raise FileRefused("not_a_worklist") from None
    return Filled(day, list(_lines(sheet)))


def _sheet(content: bytes, name: str) -> WorkbookSheet:
    """Return a sheet. Raises FileRefused; a readable workbook without the sheet is not a worklist."""
    try:
        return sheet_of(BytesIO(content), name)
    except Wrong:
        pass
    try:
        sheet_of(BytesIO(content), None)
    except Wrong as wrong:
        raise FileRefused(wrong.reason) from None
    raise FileRefused("not_a_worklist")


def _lines(sheet: WorkbookSheet) -> Iterator[SheetLine]:
    rows = sheet_rows(sheet)
    _, titles = next(rows, (1, []))
    titles = [" ".join(title.split()) for title in titles]
    if missing := [title for title in _NEEDED if title not in titles]:
        raise FileRefused("not_a_worklist" if len(missing) == len(_NEEDED) else "columns_missing")
    if any(titles.count(title) > 1 for title in _NEEDED):
        raise FileRefused("columns_doubled")
    for number, cells in rows:
        yield SheetLine(number, dict(zip(titles, cells, strict=False)))
