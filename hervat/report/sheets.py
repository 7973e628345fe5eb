"""The worklist as a workbook: rows go to disk as they come, every text stays text, and nothing is a formula."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from hervat.report.files import WriteFailed

Book = Workbook
Cell = str | int | date | None
_LAST_ROW, _LONGEST = 1_048_575, 32_767
_OLDEST = date(1900, 3, 1)  # Excel knows no earlier day for sure


class Sheet:
    """One sheet, written from the top to the bottom."""

    def __init__(self, book: Workbook, name: str, columns: Iterable[tuple[str, int]]) -> None:
        self._sheet: Worksheet = book.add_worksheet(name)
        self._formats = _formats(book)
        self._row, columns = 0, list(columns)
        self._width = len(columns)
        self._sheet.outline_settings(True, False, True, False)
        self._sheet.freeze_panes(1, 2)
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        for place, (_, width) in enumerate(columns):
            self._sheet.set_column(place, place, width)
        self.write([title for title, _ in columns], "head")

    def write(self, cells: Iterable[Cell], style: str = "plain", level: int = 0) -> None:
        """Write one row. style: head, person, plain or detail; level 1 groups it under the row above it.

        Raises WriteFailed when the sheet is full, instead of leaving persons out.
        """
        if self._row > _LAST_ROW:
            raise WriteFailed(f"the sheet {self._sheet.name} is full at {_LAST_ROW + 1} rows; split the municipality")
        if level:
            self._sheet.set_row(self._row, None, None, {"level": level})
        for place, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._cell(place, cell, style)
            elif style == "person":  # its colour goes on
                self._sheet.write_blank(self._row, place, None, self._formats[style, False])
        self._row += 1

    def _cell(self, place: int, cell: str | int | date, style: str) -> None:
        if isinstance(cell, date) and cell >= _OLDEST:
            self._sheet.write_datetime(self._row, place, cell, self._formats[style, True])
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, place, cell, self._formats[style, False])
        else:
            self._sheet.write_string(self._row, place, str(cell)[:_LONGEST], self._formats[style, False])

    def close(self) -> None:
        """Put the filter over all that was written."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 0), self._width - 1)


def _formats(book: Workbook) -> dict[tuple[str, bool], Format]:
    look: dict[str, dict[str, object]] = {
        "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#154273", "valign": "vcenter"},
        "person": {"bg_color": "#E6EDF5", "top": 1, "top_color": "#8FA3B8"},
        "plain": {},
        "detail": {"font_color": "#4A5561"},
    }
    shared = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": 11}
    return {
        (name, is_day): book.add_format(
            {**shared, **own, **({"num_format": "dd-mm-yyyy", "align": "left"} if is_day else {})}
        )
        for name, own in look.items()
        for is_day in (False, True)
    }


@contextmanager
def workbook(file: BinaryIO, scratch: Path, day: date) -> Iterator[Workbook]:
    """Give a workbook that is written to `file` when the block ends; what it sets aside meanwhile lies in `scratch`."""
    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = Workbook(file, options)
    book.set_properties({"title": "Werklijst", "created": datetime(day.year, day.month, day.day)})
    yield book
    try:
        book.close()
    except XlsxWriterException as error:
        raise WriteFailed(f"the worklist can't be written ({type(error).__name__}); mend the room there") from None
