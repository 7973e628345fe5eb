"""Reading a download: its structure whole and first, then its rows in batches of text columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

import polars as pl

from hervat.downloads.formats import FIELDS, Format
from hervat.downloads.header import Header, header_of
from hervat.downloads.octets import look
from hervat.downloads.refused import StructureRefused, Wrong
from hervat.downloads.rows import Row, delimiter_of, header_line, text_rows
from hervat.downloads.workbook import sheet_of, sheet_rows

Opener = Callable[[], BinaryIO]
"""Opens the file anew, from its first byte; what it returns need not be seekable."""


@dataclass(frozen=True)
class Download:
    """A file whose structure is good. `rows` counts its rows, but for blank ones."""

    file_name: str
    header: Header
    rows: int
    encoding: str | None
    delimiter: str | None
    _rows: Callable[[], Iterator[Row]] = field(repr=False)
    _batch_rows: int = field(repr=False)

    @property
    def extra(self) -> int:
        """How many columns the format does not know; their content is not read."""
        return self.header.extra

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows: a text column a field (null where empty or absent), `row` and `columns_ok`.

        `row` is the number that a person sees in the sheet (header 1); `columns_ok`: the row has as many
        cells as the header. A file with a header only yields nothing.
        """
        rows = islice(self._rows(), 1, None)
        while batch := list(islice(rows, self._batch_rows)):
            yield _frame(batch, self.header)


def read(opener: Opener, file_name: str, format: Format, batch_rows: int = 50_000) -> Download:
    """Return the download behind `opener`, its structure checked to the last row.

    The file is opened several times and never held whole (a workbook is). Raises StructureRefused.
    """
    try:
        return _read(opener, file_name, format, batch_rows)
    except Wrong as wrong:
        raise StructureRefused(wrong.reason, file_name, wrong.wrong, wrong.mend) from None


def _read(opener: Opener, file_name: str, format: Format, batch_rows: int) -> Download:
    with opener() as stream:
        octets = look(stream, format.encodings)
    if octets.encoding is None:
        with opener() as stream:
            sheet = sheet_of(stream, format.sheet)
        rows, ends, delimiter = partial(sheet_rows, sheet), True, None
    else:
        with opener() as stream:
            delimiter = delimiter_of(header_line(stream, octets.encoding), format)
        rows, ends = partial(_text_rows, opener, octets.encoding, delimiter), octets.ends_in_newline
    header, count = _checked(rows(), ends, format)
    return Download(file_name, header, count, octets.encoding, delimiter, rows, batch_rows)


def _text_rows(opener: Opener, encoding: str, delimiter: str) -> Iterator[Row]:
    with opener() as stream:
        yield from text_rows(stream, encoding, delimiter)


def _checked(rows: Iterable[Row], ends_in_newline: bool, format: Format) -> tuple[Header, int]:
    """Return the header and the number of rows, having split the whole file."""
    rows = iter(rows)
    number, cells = next(rows, (0, []))
    if not cells:
        raise Wrong("empty", "is empty: it has not even a header", "download it again")
    header = header_of(cells, number, format)
    count, width = 0, header.width
    for _, cells in rows:
        count, width = count + 1, len(cells)
    if not ends_in_newline and width < header.width:
        raise Wrong("truncated", "ends in the middle of a row, so it is cut off", "download it again")
    return header, count


def _frame(rows: Sequence[Row], header: Header) -> pl.DataFrame:
    columns: list[pl.Series] = [
        pl.Series("row", [number for number, _ in rows], dtype=pl.Int64),
        pl.Series("columns_ok", [header.fits(cells) for _, cells in rows], dtype=pl.Boolean),
    ]
    for name in FIELDS:
        place = header.positions.get(name)
        texts = [None] * len(rows) if place is None else [_cell(cells, place) for _, cells in rows]
        columns.append(pl.Series(name, texts, dtype=pl.String))
    return pl.DataFrame(columns)


def _cell(cells: Sequence[str], place: int) -> str | None:
    return cells[place] or None if place < len(cells) else None
