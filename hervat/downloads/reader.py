"""Reading a download: its structure whole and first, then its rows in batches of text columns."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from hervat.downloads.cells import TOTAL
from hervat.downloads.formats import Format
from hervat.downloads.header import Header, drift_of, header_of, known
from hervat.downloads.octets import Octets, Opener, look, upto
from hervat.downloads.plain import closes_well, frame_of, plain_frames
from hervat.downloads.refused import StructureRefused, Wrong
from hervat.downloads.rows import Row, Splitting, delimiter_of, header_line, text_rows
from hervat.downloads.survey import FileSurvey, survey
from hervat.downloads.workbook import Note, Workbook, chosen_sheet, sheet_rows

LOOKED_AT = 1000
"""The number of rows by which the way of writing is determined."""

_WRONG = "ends in the middle of a row, without a line end, so it may be cut off"
_ADVICE = "look at its last row: is that whole, put a line end behind it; else download it again"


def refuse_cut(tail: str, splitting: Splitting, header: Header, rows: Callable[[], Iterator[Row]]) -> None:
    """Refuse a file whose last line has no end and too few cells, unless others have as few, or it is a total."""
    cells = splitting.cells(tail)
    if not any(cells) or len(cells) >= header.width or is_total(cells):
        return
    if not (header.fits(cells) and _is_usual(len(cells), rows)):
        raise Wrong("truncated", _WRONG, _ADVICE)


def is_total(cells: list[str]) -> bool:
    """True if a row's first words are those of a total or a trailer."""
    return re.match(TOTAL, next(filter(None, map(str.strip, cells)), "")) is not None


def _is_usual(width: int, rows: Callable[[], Iterator[Row]]) -> bool:
    """True if another row above the last one has as many cells."""
    first = list(islice(rows(), 1, LOOKED_AT))
    return any(len(cells) == width for _, cells in first[:-1])


_LINES = 50
_LEAST = 2


def advised(wrong: Wrong, opener: Opener, format: Format) -> Wrong:
    """Return a refusal with more specific advice, if a look at the file yields any."""
    if wrong.dutch or wrong.reason not in ("not_a_table", "columns_missing"):
        return wrong
    with suppress(Exception):  # a look that fails adds nothing to the known problem
        seen = survey(opener, format)
        return _other_delimiter(wrong, seen, format) or _other_names(wrong, seen, format) or _below(
            wrong, opener, seen, format
        ) or wrong  # fmt: skip
    return wrong


def _other_delimiter(wrong: Wrong, seen: FileSurvey, format: Format) -> Wrong | None:
    if not seen.delimiter or seen.delimiter in format.delimiters or known(seen.cells, format) < _LEAST:
        return None
    line = f"delimiters: [{', '.join(map(_quoted, [*format.delimiters, seen.delimiter]))}]"
    dutch = (
        f"De kolommen worden gescheiden door {_quoted(seen.delimiter)}. Schrijf `{line}` in het formaat {format.name}."
    )
    return Wrong(
        wrong.reason,
        f"has its columns split by {_quoted(seen.delimiter)}, which the format {format.name} does not name",
        f"write `{line}` in that format, or save the file with {_quoted(format.delimiters[0])}",
        dutch,
    )


def _quoted(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def _other_names(wrong: Wrong, seen: FileSurvey, format: Format) -> Wrong | None:
    drift = drift_of(seen.cells, format)
    proposed = {field: name for field, name in drift.near.items() if field in drift.needed}
    if not proposed:
        return None
    pairs = ", ".join(f"{field}: {name}" for field, name in proposed.items())
    advice = f"these columns look like them; add the names to columns of the format {format.name}: {pairs}"
    dutch = f"Deze kolommen lijken erop. Zet de namen bij columns in het formaat {format.name}: {pairs}."
    missing = ", ".join(format.columns[field][0] for field in drift.needed)
    return Wrong(wrong.reason, f"lacks the columns {missing}", advice, f"Er ontbreekt: {missing}. {dutch}")


def _below(wrong: Wrong, opener: Opener, seen: FileSurvey, format: Format) -> Wrong | None:
    if wrong.reason != "not_a_table" or not seen.encoding:
        return None
    for delimiter in format.delimiters:
        with opener() as stream:
            for number, cells in islice(text_rows(stream, seen.encoding, Splitting(delimiter, True)), _LINES):
                if number > 1 and known(cells, format) > _LEAST:
                    advice = f"remove everything above row {number}, where its header is"
                    dutch = f"Haal weg wat boven regel {number} staat: daar staat de kopregel."
                    return Wrong(wrong.reason, wrong.wrong, advice, dutch)
    return None


Frames = Callable[[], Iterator[pl.DataFrame]]


@dataclass(frozen=True)
class DownloadFile:
    """A file whose structure is good."""

    file_name: str
    header: Header
    encoding: str | None
    delimiter: str | None
    _frames: Frames = field(repr=False)
    _batch_rows: int = field(repr=False)
    _rows: Callable[[], Iterator[Row]] = field(repr=False)
    notes: tuple[Note, ...] = ()

    @property
    def extra(self) -> int:
        """The number of columns that the format does not know; their content is not read."""
        return self.header.extra

    @property
    def rows(self) -> int:
        """The number of rows that are not blank: the file is read for it."""
        return sum(frame.height for frame in self.batches())

    def cells(self, row: int) -> int:
        """Return the number of cells of a row, up to its last delimiter; 0 if there is no such row."""
        return next((len(cells) for number, cells in self._rows() if number == row), 0)

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows: a text column a field (null where empty or absent), `row` and `columns_ok`.

        `row` is the number that a person sees in the sheet (header 1); `columns_ok`: the row has as many
        cells as the header. A file with a header only yields nothing.
        """
        held: list[pl.DataFrame] = []
        for frame in self._frames():
            for piece in frame.iter_slices(self._batch_rows):
                if held and sum(part.height for part in held) + piece.height > self._batch_rows:
                    yield pl.concat(held)
                    held = []
                held.append(piece)
        if held:
            yield pl.concat(held)


def read(opener: Opener, file_name: str, format: Format, batch_rows: int = 200_000) -> DownloadFile:
    """Return the download behind `opener`, its structure checked to the last row.

    The file is opened several times and never held whole (a workbook is). Raises StructureRefused.
    """
    try:
        with opener() as stream:
            octets = look(stream, format.encodings)
        if octets.encoding is None:
            return _workbook(opener, file_name, format, batch_rows)
        return _text(opener, file_name, format, batch_rows, octets, octets.encoding)
    except Wrong as wrong:
        best = advised(wrong, opener, format)
        raise StructureRefused(best.reason, file_name, best.wrong, best.advice, best.dutch) from None


def _workbook(opener: Opener, file_name: str, format: Format, batch_rows: int) -> DownloadFile:
    with opener() as stream:
        sheet, notes = chosen_sheet(Workbook(stream), format)

    def rows() -> Iterator[Row]:
        return sheet_rows(sheet)

    header = _checked(rows(), format)
    frames = lambda: _framed(rows(), header, batch_rows)  # noqa: E731
    return DownloadFile(file_name, header, None, None, frames, batch_rows, rows, tuple(notes))


def _text(
    opener: Opener, file_name: str, format: Format, batch_rows: int, octets: Octets, encoding: str
) -> DownloadFile:
    opener = upto(opener, octets.size)
    with opener() as stream:
        delimiter = delimiter_of(header_line(stream, encoding), format)
    splitting = Splitting(delimiter, delimiter in octets.spaced)

    def rows() -> Iterator[Row]:
        with opener() as stream:
            yield from text_rows(stream, encoding, splitting)

    def blocks() -> Iterator[pl.DataFrame]:
        with opener() as stream:
            yield from plain_frames(stream, encoding, splitting, header)

    plain = _is_plain(opener, octets, encoding, splitting)
    header = _checked(islice(rows(), 1) if plain else rows(), format)
    header = header.with_empty_ends([cells for _, cells in islice(rows(), 1, LOOKED_AT)])
    refuse_cut(octets.tail.decode(encoding, "replace"), splitting, header, rows)
    frames = blocks if plain else lambda: _framed(rows(), header, batch_rows)
    return DownloadFile(file_name, header, encoding, delimiter, frames, batch_rows, rows)


def _is_plain(opener: Opener, octets: Octets, encoding: str, splitting: Splitting) -> bool:
    """True if every line is a record, so that columns can be split at once."""
    if not octets.one_line_each or not octets.quoted:
        return octets.one_line_each
    with opener() as stream:
        return closes_well(stream, encoding, splitting)


def _checked(rows: Iterable[Row], format: Format) -> Header:
    """Return the header, having split all rows that are given."""
    rows = iter(rows)
    number, cells = next(rows, (0, []))
    if not cells:
        raise Wrong("empty", "is empty: it has not even a header", "download it again")
    header = header_of(cells, number, format)
    for _ in rows:
        pass
    return header


def _framed(rows: Iterator[Row], header: Header, batch_rows: int) -> Iterator[pl.DataFrame]:
    """Yield rows that are split already as columns, a batch at a time."""
    below = islice(rows, 1, None)
    while batch := list(islice(below, batch_rows)):
        yield frame_of(batch, header)
