"""A filled-in worklist as rows of cells by title, or the reason why it is refused whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import get_args

from python_calamine import CalamineSheet

from hervat.answers.form import ABOUT, BSN, COLUMNS, MUNICIPALITY, NUMBER, SHEET, SIGNAL
from hervat.downloads.refused import Reason as Structure
from hervat.downloads.refused import Wrong
from hervat.downloads.workbook import sheet_of, sheet_rows

REASONS = (*get_args(Structure), "not_xlsx", "not_a_worklist", "other_municipality")
"""Every reason for which a file is refused whole: those of a download's workbook, and three of its own."""

_NEEDED = (NUMBER, BSN, SIGNAL, *COLUMNS)


class FileRefused(Exception):
    """The file counts for nothing; `reason` is from the closed list."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Line:
    """A row: its number in the sheet, and its cells by title of their column."""

    number: int
    cells: dict[str, str] = field(repr=False)


def lines_of(name: str, content: bytes, code: str) -> list[Line]:
    """Return the rows below the titles of a worklist of the municipality of this code. Raises FileRefused."""
    if not name.casefold().endswith(".xlsx"):
        raise FileRefused("not_xlsx")
    try:
        about, sheet = sheet_of(BytesIO(content), ABOUT), sheet_of(BytesIO(content), SHEET)
    except Wrong as wrong:
        raise FileRefused(wrong.reason) from None
    if (found := _code_on(about)) != code:
        raise FileRefused("other_municipality" if found else "not_a_worklist")
    return list(_lines(sheet))


def _code_on(about: CalamineSheet) -> str | None:
    """Return the code beside its label; Excel may have made a number of it."""
    for _, cells in sheet_rows(about):
        if cells[0] == MUNICIPALITY and len(cells) > 1:
            return cells[1].zfill(4)
    return None


def _lines(sheet: CalamineSheet) -> Iterator[Line]:
    rows = sheet_rows(sheet)
    _, titles = next(rows, (1, []))
    titles = [" ".join(title.split()) for title in titles]
    if missing := [title for title in _NEEDED if title not in titles]:
        raise FileRefused("not_a_worklist" if len(missing) == len(_NEEDED) else "columns_missing")
    if any(titles.count(title) > 1 for title in _NEEDED):
        raise FileRefused("columns_doubled")
    for number, cells in rows:
        yield Line(number, dict(zip(titles, cells, strict=False)))
