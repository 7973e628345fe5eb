"""Text files whose records are lines, as nearly all are: split by polars, a block of lines at a time.

A record that goes on into the next line, or a quote that is not closed well, is left to `hervat.downloads.rows`, which
knows such files exactly; both give the same rows.
"""

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from hervat.downloads.formats import FIELDS
from hervat.downloads.header import Header
from hervat.downloads.rows import Row

_BLOCK = 2 << 20  # bytes


def plain_frames(stream: BinaryIO, encoding: str, delimiter: str, header: Header) -> Iterator[pl.DataFrame]:
    """Yield the rows below the header, as `Download.batches` does, in blocks of some 2 MB of text."""
    for block in _numbered(stream, encoding):
        below = block.filter(pl.col("row") > header.row, pl.col("line").str.strip_chars(delimiter) != "")
        quoted = pl.col("line").str.contains('"', literal=True)
        frame = _split(below.filter(~quoted), delimiter, header)
        hard = [(number, _cells(line, delimiter)) for number, line in below.filter(quoted).iter_rows()]
        if hard:
            frame = pl.concat([frame, frame_of([row for row in hard if any(row[1])], header)]).sort("row")
        if frame.height:
            yield frame


def closes_well(stream: BinaryIO, encoding: str, delimiter: str) -> bool:
    """Say whether each line with a quote in it is a whole record by itself."""
    for block in _numbered(stream, encoding):
        for line in block["line"].filter(block["line"].str.contains('"', literal=True)):
            try:
                if len(list(csv.reader([line], delimiter=delimiter, strict=True))) != 1:
                    return False
            except csv.Error:
                return False
    return True


def frame_of(rows: list[Row], header: Header) -> pl.DataFrame:
    """Return rows that are split already as columns."""
    columns: list[pl.Series] = [
        pl.Series("row", [number for number, _ in rows], dtype=pl.Int64),
        pl.Series("columns_ok", [header.fits(cells) for _, cells in rows], dtype=pl.Boolean),
    ]
    for name in FIELDS:
        place = header.positions.get(name)
        texts = [None if place is None or place >= len(cells) else cells[place] or None for _, cells in rows]
        columns.append(pl.Series(name, texts, dtype=pl.String))
    return pl.DataFrame(columns)


def _numbered(stream: BinaryIO, encoding: str) -> Iterator[pl.DataFrame]:
    """Yield blocks of lines without their ends, numbered from 1; Excel's `sep=` is no line."""
    seen = 0
    for text in _blocks(stream, encoding):
        lines = pl.Series("line", [text]).str.split("\n").explode().str.strip_suffix("\r")
        if not seen and lines[0].lower().startswith("sep="):
            lines = lines[1:]
        yield pl.DataFrame({"row": pl.int_range(seen + 1, seen + 1 + len(lines), eager=True), "line": lines})
        seen += len(lines)


def _blocks(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the text in blocks that end where a line does, without that line's end."""
    decoder, rest = codecs.getincrementaldecoder(encoding)(), ""
    while chunk := stream.read(_BLOCK):
        whole, end, rest = (rest + decoder.decode(chunk)).rpartition("\n")
        if end:
            yield whole
    if rest:
        yield rest


def _split(lines: pl.DataFrame, delimiter: str, header: Header) -> pl.DataFrame:
    cells = pl.col("line").str.split(delimiter)
    fits = pl.col("cells").list.len().is_between(header.width, header.cells)
    if header.cells > header.width:
        fits &= pl.col("cells").list.slice(header.width).list.join("") == ""
    texts = [_text(header.positions.get(name)).alias(name) for name in FIELDS]
    return lines.select("row", cells=cells).select("row", fits.alias("columns_ok"), *texts)


def _text(place: int | None) -> pl.Expr:
    if place is None:
        return pl.lit(None, pl.String)
    cell = pl.col("cells").list.get(place, null_on_oob=True)
    return pl.when(cell != "").then(cell)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
