"""A first look at a file, whatever is wrong with it: encoding, delimiter, sheet and the cells of its first row."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, get_args

from hervat.downloads.formats import Encoding, Format
from hervat.downloads.header import known
from hervat.downloads.octets import look
from hervat.downloads.reader import Opener
from hervat.downloads.refused import Wrong
from hervat.downloads.rows import header_line
from hervat.downloads.workbook import first_row, sheet_of

_DELIMITERS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class Survey:
    """What was seen; None or empty for what could not be. `cells` may hold personal data: show none unseen."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    cells: tuple[str, ...] = ()


def survey(opener: Opener, format: Format) -> Survey:
    """Return what can be told of the file behind `opener`; never raises for what the file holds."""
    try:
        return _survey(opener, format)
    except (Wrong, csv.Error, UnicodeDecodeError):
        return Survey()


def _survey(opener: Opener, format: Format) -> Survey:
    encoding = _encoding(opener, format)
    with opener() as stream:
        if encoding is None:
            return _workbook(stream, format)
        line = header_line(stream, encoding)
    delimiter = _delimiter(line, format)
    return Survey(encoding, delimiter, None, tuple(_split(line, delimiter)))


def _encoding(opener: Opener, format: Format) -> str | None:
    """Return the first of the format's encodings that fits, else of those that any format may have."""
    for encodings in (format.encodings, get_args(Encoding)):
        try:
            with opener() as stream:
                return look(stream, encodings).encoding
        except Wrong as wrong:
            if wrong.reason != "encoding":
                raise
    raise Wrong("encoding", "is in no encoding that is known", "save it as CSV (UTF-8)")


def _workbook(stream: BinaryIO, format: Format) -> Survey:
    try:
        sheet = sheet_of(stream, format.sheet)
    except Wrong:
        return Survey()
    return Survey(None, None, sheet.name, tuple(first_row(sheet)))


def _delimiter(line: str, format: Format) -> str:
    """Return the delimiter with most known columns, then with most columns; the format's own go first."""
    choices = [*format.delimiters, *(one for one in _DELIMITERS if one not in format.delimiters)]
    return max(choices, key=lambda one: (known(_split(line, one), format), len(_split(line, one))))


def _split(line: str, delimiter: str) -> Sequence[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
