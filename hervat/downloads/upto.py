"""The first bytes of a file, as if it ended there."""

import io
from collections.abc import Callable
from typing import BinaryIO

Opener = Callable[[], BinaryIO]
"""Opens the file again, from its first byte; the stream need not be seekable."""


def upto(opener: Opener, size: int | None) -> Opener:
    """Return an opener of the first `size` bytes of `opener`'s file; None: all of it."""
    if size is None:
        return opener
    return lambda: io.BufferedReader(_First(opener(), size), 256 * 1024)


class _First(io.RawIOBase):
    def __init__(self, stream: BinaryIO, size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
