"""What the tests of downloads share. Every person in them is made up; BSNs are made by arithmetic."""

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hervat.downloads import FIELDS, DownloadFile, Format, load_format, read, typed


class OneWay(io.RawIOBase):
    """A stream that can't go back, as the vault's."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        return self._inner.readinto(buffer)


@pytest.fixture(scope="session")
def pib() -> Format:
    return load_format("pib-wi2021", Path("/nowhere"))


@pytest.fixture
def reading(pib) -> Callable[..., DownloadFile]:
    def _read(content: bytes | str, name: str = "x.csv", encoding: str = "utf-8", **given) -> DownloadFile:
        octets = content.encode(encoding) if isinstance(content, str) else content
        return read(lambda: io.BufferedReader(OneWay(octets)), name, given.pop("format", pib), **given)

    return _read


@pytest.fixture
def typed_row(pib) -> Callable[..., dict]:
    """Return the typed columns of one row with these cells, by field."""

    def _typed(file_wet: str | None = None, /, **cells: str) -> dict:
        columns = {field: pl.Series([cells.get(field)], dtype=pl.String) for field in FIELDS}
        frame = pl.DataFrame({"row": [2], "columns_ok": [True], **columns})
        return typed(frame, pib, file_wet).row(0, named=True)

    return _typed
