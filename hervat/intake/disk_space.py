"""Free space on the vault's disk: reserved for what a source offers before its first byte is fetched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from hervat.errors import HervatError

MARGIN = 64 << 20
"""Bytes that stay free, for the register and other programs."""
_BESIDE = 16 * 1024  # a key, a line, and the rounding of the file system


class NoRoom(HervatError):
    """The disk of the vault has no room for what a source offers; nothing was fetched from it."""


class Reservation:
    """The bytes that one source still has to write."""

    def __init__(self, left: int) -> None:
        self.left = left

    def written(self, size: int) -> None:
        """Subtract a file of that size: it was written."""
        self.left = max(0, self.left - taken_by(size))


class Room:
    """The free bytes of one vault, shared by sources that are fetched side by side."""

    def __init__(self, vault: Path) -> None:
        self._vault, self._lock = vault, Lock()
        self._reservations: list[Reservation] = []

    @contextmanager
    def reserved(self, sizes: list[int]) -> Iterator[Reservation]:
        """Reserve space for files of these sizes (bytes) as long as the block lasts. Raises NoRoom."""
        reservation = Reservation(sum(map(taken_by, sizes)))
        with self._lock:
            self._check(reservation.left)
            self._reservations.append(reservation)
        try:
            yield reservation
        finally:
            with self._lock:
                self._reservations.remove(reservation)

    def _check(self, needed: int) -> None:
        if not needed:
            return
        place = next(path for path in (self._vault, *self._vault.absolute().parents) if path.exists())
        needed += MARGIN + sum(reservation.left for reservation in self._reservations)
        free = shutil.disk_usage(place).free
        if free < needed:
            raise NoRoom(
                f"the disk of the vault ({self._vault}) has {free} bytes free and {needed} are needed "
                f"({MARGIN} of them as a margin); make room, nothing was fetched from this source"
            )


def taken_by(size: int) -> int:
    """Return the number of bytes that a file of that size takes in the vault."""
    return max(0, size) + max(0, size) // 1024 + _BESIDE
