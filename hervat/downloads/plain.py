"""Text files whose records are lines, as nearly all are: split by polars, a block of lines at a time.

A block in which each line has as many cells as the header is split at once, any other line by line. A record that goes
on into the next line, or a quote that is not closed well, is left to `hervat.downloads.rows`, which knows such files
exactly; all give the same rows.
"""

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from hervat.downloads.formats import FIELDS
from hervat.downloads.header import Header
from hervat.downloads.rows import Row, Splitting

_BLOCK = 2 << 20  # bytes


def plain_frames(stream: BinaryIO, encoding: str, splitting: Splitting, header: Header) -> Iterator[pl.DataFrame]:
    """Yield the rows below the header, as `Download.batches` does, in blocks of some 2 MB of text."""
    for first, text in _numbered(stream, encoding):
        octets = f"{text}\n".encode()
        if _is_even(octets, splitting.delimiter, header):
            frame = _even(first, octets, splitting.delimiter, header)
        else:
            frame = _uneven(_lines(first, text), splitting, header)
        if frame.height:
            yield frame


def closes_well(stream: BinaryIO, encoding: str, splitting: Splitting) -> bool:
    """True if each line with a quote in it is a whole record by itself."""
    for first, text in _numbered(stream, encoding):
        lines = _lines(first, text)["line"]
        for line in lines.filter(lines.str.contains('"', literal=True)):
            try:
                if len(list(splitting.records([line], strict=True))) != 1:
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


def _numbered(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield blocks of lines, the last one's end off, and the number of their first line; Excel's `sep=` is no line."""
    seen = 0
    for block in _blocks(stream, encoding):
        text = block
        if not seen and block[:4].lower() == "sep=":
            _, more, text = block.partition("\n")
            if not more:
                continue
        yield seen + 1, text
        seen += text.count("\n") + 1


def _blocks(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the text in blocks that end where a line does, without that line's end."""
    decoder, rest = codecs.getincrementaldecoder(encoding)(), ""
    while chunk := stream.read(_BLOCK):
        whole, end, rest = (rest + decoder.decode(chunk)).rpartition("\n")
        if end:
            yield whole
    if rest:
        yield rest


def _is_even(octets: bytes, delimiter: str, header: Header) -> bool:
    """True if each line has as many cells as the header, all of them named, and there is no quote."""
    between = header.cells - 1
    if header.cells != header.width or not between or not delimiter.isascii() or b'"' in octets:
        return False
    import numpy as np  # a night without files does without

    marks = np.frombuffer(octets, np.uint8)
    ends, delimiters = (np.flatnonzero(marks == ord(mark)) for mark in ("\n", delimiter))
    if len(delimiters) != len(ends) * between:
        return False
    lines = delimiters.reshape(len(ends), between)
    return bool((lines[:, -1] < ends).all() and (ends[:-1] < lines[1:, 0]).all())


def _even(first: int, octets: bytes, delimiter: str, header: Header) -> pl.DataFrame:
    cells = pl.read_csv(
        octets,
        has_header=False,
        separator=delimiter,
        quote_char=None,
        schema={str(at): pl.String for at in range(header.cells)},
    )
    blank = pl.all_horizontal(pl.all().is_null())
    places = {name: header.positions.get(name) for name in FIELDS}
    texts = [(pl.lit(None, pl.String) if at is None else pl.nth(at)).alias(name) for name, at in places.items()]
    rows = pl.int_range(first, first + cells.height, eager=True).alias("row")
    held = cells.select(rows, pl.lit(True).alias("columns_ok"), *texts, blank=blank)
    return held.filter(pl.col("row") > header.row, ~pl.col("blank")).drop("blank")


def _lines(first: int, text: str) -> pl.DataFrame:
    lines = pl.Series("line", [text]).str.split("\n").explode().str.strip_suffix("\r")
    return pl.DataFrame({"row": pl.int_range(first, first + len(lines), eager=True), "line": lines})


def _uneven(lines: pl.DataFrame, splitting: Splitting, header: Header) -> pl.DataFrame:
    below = lines.filter(pl.col("row") > header.row, pl.col("line").str.strip_chars(splitting.delimiter) != "")
    quoted = pl.col("line").str.contains('"', literal=True)
    frame = _split(below.filter(~quoted), splitting.delimiter, header)
    hard = [(number, splitting.cells(line)) for number, line in below.filter(quoted).iter_rows()]
    if hard:
        frame = pl.concat([frame, frame_of([row for row in hard if any(row[1])], header)]).sort("row")
    return frame


def _split(lines: pl.DataFrame, delimiter: str, header: Header) -> pl.DataFrame:
    cells = pl.col("line").str.split(delimiter)
    split = pl.col("cells").list
    full = split.len().is_between(header.width, header.cells) & (split.slice(header.width).list.join("") == "")
    fits = full | (split.len().is_between(header.least, header.width - 1) & (split.last() != ""))
    texts = [_text(header.positions.get(name)).alias(name) for name in FIELDS]
    return lines.select("row", cells=cells).select("row", fits.alias("columns_ok"), *texts)


def _text(place: int | None) -> pl.Expr:
    if place is None:
        return pl.lit(None, pl.String)
    cell = pl.col("cells").list.get(place, null_on_oob=True)
    return pl.when(cell != "").then(cell)
