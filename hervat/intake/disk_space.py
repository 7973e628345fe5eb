"""Whether what is offered fits on the vault's disk: asked before the first byte is fetched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from hervat.errors import HervatError

MARGIN = 64 << 20
"""Bytes that stay free: for the register, and for what else lives there."""
_BESIDE = 16 * 1024  # a key, a line, and what a file system rounds up to


class NoRoom(HervatError):
    """The disk of the vault has no room for what a source offers; nothing was fetched from it."""


class Promise:
    """The bytes that one source still has to write."""

    def __init__(self, left: int) -> None:
        self.left = left

    def kept(self, size: int) -> None:
        """Say that a file of that size was written."""
        self.left = max(0, self.left - taken_by(size))


class Room:
    """The free bytes of one vault, shared by sources that are fetched side by side."""

    def __init__(self, vault: Path) -> None:
        self._vault, self._lock = vault, Lock()
        self._promises: list[Promise] = []

    @contextmanager
    def promised(self, sizes: list[int]) -> Iterator[Promise]:
        """Promise files of these sizes (bytes) their room for as long as the block lasts. Raises NoRoom."""
        promise = Promise(sum(map(taken_by, sizes)))
        with self._lock:
            self._check(promise.left)
            self._promises.append(promise)
        try:
            yield promise
        finally:
            with self._lock:
                self._promises.remove(promise)

    def _check(self, needed: int) -> None:
        if not needed:
            return
        place = next(path for path in (self._vault, *self._vault.absolute().parents) if path.exists())
        needed += MARGIN + sum(promise.left for promise in self._promises)
        free = shutil.disk_usage(place).free
        if free < needed:
            raise NoRoom(
                f"the disk of the vault ({self._vault}) has {free} bytes free and {needed} are needed "
                f"({MARGIN} of them as a margin); make room, nothing was fetched from this source"
            )


def taken_by(size: int) -> int:
    """Return how many bytes a file of that size takes in the vault."""
    return max(0, size) + max(0, size) // 1024 + _BESIDE
