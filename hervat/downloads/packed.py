"""A packed download (.gz, or .zip with one file in it), unpacked as it is read: nothing of it is ever on disk.

The vault holds the archive as it was delivered. Against bombs: a bound on the size, on how much bigger it may get, and
on the number of files.
"""

import gzip
import io
import posixpath
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast
from zipfile import BadZipFile

from hervat.downloads.refused import Wrong
from hervat.downloads.zipped import member

Opener = Callable[[], BinaryIO]
MAX_UNPACKED = 4 << 30
MAX_RATIO = 200  # text of a download packs 5 to 50 times
_SMALL = 16 << 20  # below it nobody minds how well something packs
_AGAIN = "download it again"


def plain_names(name: str) -> list[str]:
    """Return the names that a file's content may have: without its folders and without the name of its packing."""
    base = posixpath.basename(name)
    stem, dot, suffix = base.rpartition(".")
    if dot and suffix.casefold() in ("gz", "zip"):
        return [stem, f"{stem}.csv"]
    return [base]


def unpacked(opener: Opener, name: str) -> Opener:
    """Return what opens the content of a file of that name: `opener` itself unless it is packed.

    What it opens raises Wrong (bad_archive, archive_count, archive_locked, archive_bomb, truncated), then or in a read.
    """
    suffix = name.rpartition(".")[2].casefold()
    if suffix == "gz":
        return lambda: _opened(opener, _gunzipped)
    return (lambda: _opened(opener, _unzipped)) if suffix == "zip" else opener


def _opened(opener: Opener, way: Callable[["_Packed"], IO[bytes]]) -> BinaryIO:
    packed = _Packed(opener())
    try:
        with _told():
            inner = way(packed)
    except BaseException:
        packed.close()
        raise
    return io.BufferedReader(_Guarded(packed, inner), 256 * 1024)


def _gunzipped(packed: "_Packed") -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=cast(Any, packed), mode="rb"))


def _unzipped(packed: "_Packed") -> IO[bytes]:
    return member(packed, MAX_UNPACKED, MAX_RATIO, _SMALL)


class _Packed(io.RawIOBase):
    """The archive, counting what is read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self.taken = stream, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.taken += len(data)
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Guarded(io.RawIOBase):
    """The content of an archive, up to the bounds."""

    def __init__(self, packed: _Packed, inner: IO[bytes]) -> None:
        super().__init__()
        self._packed, self._inner, self._given = packed, inner, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _told():
            data = self._inner.read(len(buffer))
        self._given += len(data)
        if self._given > MAX_UNPACKED or (self._given > _SMALL and self._given > MAX_RATIO * self._packed.taken):
            raise bomb()
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._packed.close()
        super().close()


def bomb() -> Wrong:
    """Return what is wrong with an archive out of which too much comes."""
    most = f"more than {MAX_UNPACKED >> 30} GiB, or {MAX_RATIO} times its size"
    return Wrong("archive_bomb", f"unpacks to {most}", "look at who made it; download it unpacked, or in parts")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise Wrong("truncated", "is an archive that stops too early, so it is cut off", _AGAIN) from None
    except (gzip.BadGzipFile, BadZipFile, zlib.error, NotImplementedError, ValueError):
        raise Wrong("bad_archive", "is no archive that can be unpacked (.gz or .zip)", _AGAIN) from None
