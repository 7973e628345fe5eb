"""The rows of a text file, split with Python's csv: ragged rows and open quotes are known exactly."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong

Row = tuple[int, list[str]]
_LINE = 1 << 20
_QUOTES = "has a quote that opens and is not closed well"
_HEADER = "put the header on the first row"
_MEND = 'put no single quotes (") in cells, or download it again'


class _Lines:
    """The lines of a text, each ended; keeps those of the record that is being split."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text, self.taken, self.ended = text, list[str](), False

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_LINE):
            if len(line) == _LINE:
                raise Wrong("too_wide", "has a line of more than a million characters", "download it again as CSV")
            self.taken.append(line)
            yield line if line.endswith(("\n", "\r")) else f"{line}\n"
        self.ended = True
        yield "\n"  # only a record with an open quote goes on into this line


def text_rows(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield each record that is not blank, numbered from 1. Raises Wrong when a quote swallows rows."""
    lines = _Lines(TextIOWrapper(stream, encoding=encoding, newline=""))
    split = csv.reader(lines, delimiter=delimiter)
    number = 0
    try:
        for cells in split:
            if lines.ended and not cells:
                return
            raw, lines.taken = lines.taken, []
            if number == 0 and raw[0].lower().startswith("sep="):
                continue  # Excel's own mark of the delimiter is no row to a person
            number += 1
            _refuse_swallowed(raw, cells, delimiter, lines.ended)
            if any(cells):
                yield number, cells
    except csv.Error:
        raise Wrong("quotes", _QUOTES, _MEND) from None


def _refuse_swallowed(raw: list[str], cells: list[str], delimiter: str, ended: bool) -> None:
    """Refuse a record of several lines that an open quote made: rows would vanish into one cell."""
    if ended:
        raise Wrong("truncated", "ends inside a quoted cell, so it is cut off", "download it again")
    if len(raw) == 1:
        return
    strictly = list(csv.reader(raw, delimiter=delimiter, strict=True))
    inside = max((line.count(delimiter) for cell in cells for line in cell.splitlines()[1:]), default=0)
    if len(strictly) != 1 or inside >= max(len(cells) - 1, 2):
        raise Wrong("quotes", _QUOTES, _MEND)


def delimiter_of(line: str, format: Format) -> str:
    """Return the delimiter under which the header line has most columns of the format."""
    try:
        return max(format.delimiters, key=lambda d: known(next(csv.reader([line], delimiter=d), []), format))
    except csv.Error:
        raise Wrong("not_a_table", f"has no header of the format {format.name}", _HEADER) from None


def header_line(stream: BinaryIO, encoding: str) -> str:
    """Return the first line that holds anything, Excel's `sep=` apart."""
    for line in _Lines(TextIOWrapper(stream, encoding=encoding, newline="")):
        if line.strip() and not line.lower().startswith("sep="):
            return line
    return ""
