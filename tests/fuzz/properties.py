"""What must hold of any file: it is refused for a reason of the closed list, or not a row of it is lost. No crash, no hang."""

import csv
import io
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import func, select

from hervat.cli.intake.file_check import attention, checked
from hervat.downloads import CHECKS, DownloadFile, StructureRefused, is_correction_like, load_format, read, typed
from hervat.intake.signals import sightings_of
from hervat.register import models as m
from tests.support.town import Town

PIB = load_format("pib-wi2021", Path("/nowhere"))
_SECONDS = 20
_ADD_UP = ("rows_loaded", "rows_known", "rows_foreign", "rows_quarantined")


class Hang(Exception):
    """One file took longer than any may."""


@contextmanager
def no_hang(seconds: int = _SECONDS) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Figures:
    """What a run met."""

    files: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    slowest: float = 0


def reading(kind: str, content: bytes, figures: Figures, batch_rows: int = 3) -> None:
    """Read a file in small batches: refused for a known reason, or each row that stands in it comes out once."""
    figures.files[kind] += 1
    started = time.monotonic()
    with no_hang():
        try:
            download = read(lambda: io.BytesIO(content), "x.csv", PIB, batch_rows)
            raw = list(download.batches())
            frames = [typed(frame, PIB) for frame in raw]
        except StructureRefused as refused:
            assert refused.reason in CHECKS
            figures.refused[refused.reason] += 1
            frames = []
        else:
            numbers = [number for frame in frames for number in frame["row"]]
            assert len(numbers) == download.rows == len(set(numbers)) and numbers == sorted(numbers)
            if download.encoding:
                same(raw, content, download)
            for frame in frames:
                assert frame.select(is_correction_like(frame)).to_series().null_count() == 0
            figures.rows["read"] += len(numbers)
    figures.slowest = max(figures.slowest, time.monotonic() - started)


def split(content: bytes, download: DownloadFile) -> list[tuple[int, list[str]]]:
    """Split a text another way: all at once, with none of the reader's own code. Return number and cells of each row."""
    text, delimiter = content.decode(download.encoding or ""), download.delimiter or ";"
    end = re.search("\x1a[\x1a\r\n]*\\Z", text)
    text = text[: end.start()] if end and not text[end.start() :].strip("\x1a\r\n") else text
    while re.search("[\r\n]\x1a[\r\n\x1a]*\\Z", text):  # more of DOS's marks, on lines of their own
        text = text[: text.index("\x1a", len(text.rstrip("\x1a\r\n")))]
    how = {"delimiter": delimiter, "skipinitialspace": re.search(f'{re.escape(delimiter)} +"', text) is not None}
    records = list(csv.reader(io.StringIO(text, newline=""), **how))
    if re.match("sep=", text, re.IGNORECASE):
        records = records[1:]
    records = [_opened(record, how) for record in records]
    full = [(number, record) for number, record in enumerate(records, 1) if any(record)]
    return full[1:]


def _opened(record: list[str], how: dict[str, Any]) -> list[str]:
    """Split a record once more that is one quoted cell as a whole."""
    if not record or how["delimiter"] not in record[0] or any(record[1:]) or "\n" in record[0]:
        return record
    return next(csv.reader([record[0]], **how), []) + record[1:]


def same(frames: list[pl.DataFrame], content: bytes, download: DownloadFile) -> None:
    """Each row that stands in a text comes out once, under its number, each cell as it stands there."""
    found = [row for frame in frames for row in frame.iter_rows(named=True)]
    rows = split(content, download)
    assert [row["row"] for row in found] == [number for number, _ in rows]
    for row, (_, cells) in zip(found, rows, strict=True):
        for name, place in download.header.positions.items():
            assert row[name] == (cells[place] or None if place < len(cells) else None)
        assert row["columns_ok"] == download.header.fits(cells)


def checking(kind: str, content: bytes, folder: Path, figures: Figures) -> None:
    """`formats check` says something of every file, and shows no made-up person of it."""
    path = folder / "x.bin"
    path.write_bytes(content)
    with no_hang():
        told = checked(path, "pib-wi2021", folder)
    assert told["rows"] == told["good"] + told["bad"] and isinstance(attention(told), bool)
    assert "Zeldzaamheid" not in str(told), kind
    figures.files["checked"] += 1


class Nights:
    """A gemeente through which files go for real: fetched, judged and loaded, and then counted in the register."""

    def __init__(self, folder: Path) -> None:
        from hervat.tasks.installation import Installation

        self.town = Town(folder / "town")
        self.installation = Installation(self.town.directory)
        self._numbers = count(1)

    def file(self, kind: str, content: bytes, figures: Figures) -> None:
        """Send one file through. Rows in = loaded + known + foreign + quarantined, counted by others too."""
        from hervat.tasks import fetch, load, validate

        figures.files[f"night {kind}"] += 1
        night = self.installation.night(self.installation.municipalities()[0], date(2022, 6, 1))
        path = self.town.incoming / f"PIB_Wi2021_0000_20220301_{next(self._numbers):06d}.csv"
        path.write_bytes(content)
        os.utime(path, (1_000_000_000, 1_000_000_000))
        with no_hang(60):
            for step in (fetch.STEP, validate.STEP, load.STEP):
                night.add(step.run(night))
        path.unlink()
        assert night.errors == [], (night.errors, content)
        self._count(content, night, figures)

    def _count(self, content: bytes, night: Any, figures: Figures) -> None:
        with night.register.session() as session:
            file = session.scalars(select(m.Download).order_by(m.Download.id.desc()).limit(1)).one()
            if file.status == "refused" or not night.counts["files"]["fetched"]:
                figures.refused[file.reason or "known"] += 1
                return
            assert file.status == "loaded"
            told = {name: getattr(file, name) for name in _ADD_UP}
            assert file.rows_read == sum(told.values()) == read(lambda: io.BytesIO(content), file.name, PIB).rows
            held, foreign = (
                session.scalar(select(func.count()).select_from(table).where(table.download_id == file.id))
                for table in (m.QuarantinedRow, m.ForeignRow)
            )
            seen = sightings_of(session, file.id).height
            assert (held, foreign) == (told["rows_quarantined"], told["rows_foreign"])
            assert seen == told["rows_loaded"] + told["rows_known"]
        figures.rows.update(told | {"night read": file.rows_read})
