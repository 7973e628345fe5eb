"""A first look at a file, whatever is wrong with it: encoding, delimiter, sheet and the cells of its first row."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.octets import Opener, look
from hervat.downloads.refused import Wrong
from hervat.downloads.rows import Splitting, header_line
from hervat.downloads.workbook import Workbook, first_row

_DELIMITERS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class FileSurvey:
    """Facts about a file; None or empty if unknown. `sheets`: all there are.

    `cells` may hold personal data: show none unseen.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def survey(opener: Opener, format: Format) -> FileSurvey:
    """Return the known facts about the file behind `opener`; never raises for its content."""
    try:
        return _survey(opener, format)
    except (Wrong, csv.Error, UnicodeDecodeError):
        return FileSurvey()


def _survey(opener: Opener, format: Format) -> FileSurvey:
    encoding = _encoding(opener, format)
    with opener() as stream:
        if encoding is None:
            return _workbook(stream, format)
        line = header_line(stream, encoding)
    delimiter = _delimiter(line, format)
    return FileSurvey(encoding, delimiter, None, (), tuple(_split(line, delimiter)))


def _encoding(opener: Opener, format: Format) -> str | None:
    """Return the first of the format's encodings that fits, else UTF-8 where it is that, else windows-1252.

    No others: every byte is a letter in ISO 8859, so a format that names it takes any file for a good one.
    """
    for encodings in (format.encodings, ("utf-8-sig", "cp1252")):
        try:
            with opener() as stream:
                return look(stream, encodings).encoding
        except Wrong as wrong:
            if wrong.reason != "encoding":
                raise
    raise Wrong("encoding", "is in no encoding that is known", "save it as CSV (UTF-8)")


def _workbook(stream: BinaryIO, format: Format) -> FileSurvey:
    try:
        book = Workbook(stream)
    except Wrong:
        return FileSurvey()
    try:
        sheet = book.sheet(format.sheet)
    except Wrong:
        return FileSurvey(sheets=tuple(book.names))
    return FileSurvey(None, None, sheet.name, tuple(book.names), tuple(first_row(sheet)))


def _delimiter(line: str, format: Format) -> str:
    """Return the delimiter with most known columns, then with most columns; the format's own go first."""
    choices = [*format.delimiters, *(other for other in _DELIMITERS if other not in format.delimiters)]
    return max(choices, key=lambda delimiter: (known(_split(line, delimiter), format), len(_split(line, delimiter))))


def _split(line: str, delimiter: str) -> Sequence[str]:
    return Splitting(delimiter, spaced=True).cells(line)
