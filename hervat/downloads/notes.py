"""What is to be said of a file that was read: what of it was not, and what nobody sees who opens it."""

from dataclasses import dataclass
from typing import Literal

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong
from hervat.downloads.workbook import Workbook, WorkbookSheet, first_row

NoteCode = Literal["sheets_unread", "sheet_hidden", "rows_hidden", "columns_hidden"]
_LEAST = 2  # headers of the format that make a table of its kind of a sheet


@dataclass(frozen=True)
class Note:
    """A code, what there is to say with its mend, and of how many; urgent: a person must look, rows may be unread."""

    code: NoteCode
    text: str
    count: int
    urgent: bool = False


def chosen_sheet(book: Workbook, format: Format) -> tuple[WorkbookSheet, list[Note]]:
    """Return the sheet to read, and what is to be said of it and the others. Raises Wrong."""
    sheet = book.sheet(format.sheet)
    others = [book.sheet(name) for name in book.names if name != sheet.name]
    filled = [one for one in others if first_row(one)]
    tables = [one for one in filled if known(first_row(one), format) >= _LEAST]
    if known(first_row(sheet), format) < _LEAST and tables:
        _refuse_other(sheet, tables, format)
    return sheet, [*_of_sheet(sheet, format), *_of_others(sheet, filled, tables)]


def _refuse_other(sheet: WorkbookSheet, tables: list[WorkbookSheet], format: Format) -> None:
    names = _named(tables)
    wrong = f"has no header of the format {format.name} on its sheet {sheet.name!r}, but on {names}"
    mend = f"write `sheet: {tables[0].name}` in the format, or put that sheet first"
    dutch = f"De tabel staat op het blad {names}. Zet dat vooraan, of schrijf `sheet: {tables[0].name}` in het formaat."
    raise Wrong("not_a_table", wrong, mend, dutch)


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
    mend = "; rows there? put each sheet in a file of its own" if tables else ""
    return [Note("sheets_unread", text + mend, len(filled), urgent=bool(tables))]


def _named(sheets: list[WorkbookSheet]) -> str:
    return ", ".join(f"{one.name!r}{' (hidden)' if one.hidden else ''}" for one in sheets)
