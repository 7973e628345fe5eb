"""The rows of a text file, split with Python's csv: ragged rows and open quotes are known exactly.

spaced: there is a space between a delimiter and the quote that opens a cell. A line that is one quoted cell as a whole,
as Excel writes lines that it did not split, is split once more.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong


@dataclass(frozen=True)
class Splitting:
    """A delimiter, and whether spaces follow it."""

    delimiter: str
    spaced: bool = False

    def records(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """Yield the cells of each record. Raises csv.Error, where strict also for a quote in the wrong place."""
        split = csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=self.spaced)
        return map(self._unwrapped, split)

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line that is a record. Raises csv.Error."""
        return next(self.records([line]), [])

    def _unwrapped(self, cells: list[str]) -> list[str]:
        if cells and self.delimiter in cells[0] and not any(cells[1:]) and "\n" not in cells[0]:
            inner = csv.reader([cells[0]], delimiter=self.delimiter, skipinitialspace=self.spaced)
            return next(inner, []) + cells[1:]
        return cells


Row = tuple[int, list[str]]
_LINE = 1 << 20
_QUOTES = "has a quote that opens and is not closed well"
_HEADER = "put the header on the first row"
_ADVICE = 'double the quote (") in that cell or take it away, where the file is made'


class _Lines:
    """The lines of a text, each ended; keeps those of the record that is being split."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text, self.taken, self.ended = text, list[str](), False

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_LINE):
            if len(line) == _LINE:
                raise Wrong(
                    "too_wide",
                    "has a line of more than a million characters",
                    "save it as CSV with a line end behind each row",
                )
            self.taken.append(line)
            yield line if line.endswith(("\n", "\r")) else f"{line}\n"
        self.ended = True
        yield "\n"  # only a record with an open quote goes on into this line


def text_rows(stream: BinaryIO, encoding: str, splitting: Splitting) -> Iterator[Row]:
    """Yield each record that is not blank, numbered from 1. Raises Wrong when a quote swallows rows."""
    lines = _Lines(TextIOWrapper(stream, encoding=encoding, newline=""))
    split = splitting.records(lines)
    number = 0
    try:
        for cells in split:
            if lines.ended and not cells:
                return
            raw, lines.taken = lines.taken, []
            if number == 0 and raw[0].lower().startswith("sep="):
                continue  # Excel's own mark of the delimiter is not a row to a person
            number += 1
            _refuse_swallowed(number, raw, cells, splitting, lines.ended)
            if any(cells):
                yield number, cells
    except csv.Error:
        raise Wrong("quotes", f"{_QUOTES} (row {number + 1})", _ADVICE) from None


def _refuse_swallowed(number: int, raw: list[str], cells: list[str], splitting: Splitting, ended: bool) -> None:
    """Refuse a record of several lines that an open quote made: rows would vanish into one cell."""
    if ended:
        wrong = f"ends inside a quoted cell that opens in row {number}: it is cut off, or the quote is too much"
        raise Wrong("truncated", wrong, "download it again; is it whole, take that quote away")
    if len(raw) == 1:
        return
    strictly = list(splitting.records(raw, strict=True))
    inside = max((line.count(splitting.delimiter) for cell in cells for line in cell.splitlines()[1:]), default=0)
    if len(strictly) != 1 or inside >= max(len(cells) - 1, 2):
        raise Wrong("quotes", f"{_QUOTES} (row {number})", _ADVICE)


def delimiter_of(line: str, format: Format) -> str:
    """Return the delimiter under which the header line has most columns of the format."""
    try:
        return max(format.delimiters, key=lambda delimiter: known(Splitting(delimiter, True).cells(line), format))
    except csv.Error:
        raise Wrong("not_a_table", f"has no header of the format {format.name}", _HEADER) from None


def header_line(stream: BinaryIO, encoding: str) -> str:
    """Return the first line that holds anything, Excel's `sep=` apart."""
    for line in _Lines(TextIOWrapper(stream, encoding=encoding, newline="")):
        if line.strip() and not line.lower().startswith("sep="):
            return line
    return ""
