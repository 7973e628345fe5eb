"""Rows on their way: validated ones cached in memory for loading as far as they fit, and one batch prefetched."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

_MAX_BYTES = 256 << 20  # bytes
LOADED = (
    "row", "code", "signal_date", "bsn", "v_number", "surname", "prefix", "first_names", "birth", "group",
    "gemeentecode", "wet", "kennisgeving",
)  # fmt: skip


class RowCache:
    """Rows of downloads from `hervat.downloads.typed`, without columns that loading does not use."""

    def __init__(self, most: int = _MAX_BYTES) -> None:
        self._left: float = most
        self._held: dict[int, list[pl.DataFrame] | None] = {}

    def add(self, download_id: int, frame: pl.DataFrame) -> None:
        """Keep a batch of a download; when it does not fit, nothing of that download is kept."""
        kept, needed = self._held.setdefault(download_id, []), frame.select(LOADED)
        if kept is None:
            return
        if needed.estimated_size() > self._left:
            self.take(download_id)
            self._held[download_id] = None
            return
        self._left -= needed.estimated_size()
        kept.append(needed)

    def height(self, download_id: int) -> int | None:
        """Return how many rows of a download are at hand; None when they are not."""
        frames = self._held.get(download_id)
        return None if frames is None else sum(frame.height for frame in frames)

    def take(self, download_id: int) -> list[pl.DataFrame] | None:
        """Return all batches of a download, which are then kept no longer; None when they are not at hand."""
        frames = self._held.pop(download_id, None)
        self._left += sum(frame.estimated_size() for frame in frames or ())
        return frames


T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the items; each is computed in a thread while the one before is in use. Errors are raised here."""
    with ThreadPoolExecutor(1, "ahead") as worker:
        end = object()
        coming = worker.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = worker.submit(next, items, end)
            yield item  # type: ignore[misc]
