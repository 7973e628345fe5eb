"""Notes on a file that was read: parts that were not read, and parts that are hidden."""

from dataclasses import dataclass
from typing import Literal

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong
from hervat.downloads.workbook import Workbook, WorkbookSheet, first_row

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
