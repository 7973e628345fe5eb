"""Packed downloads (.gz, or .zip with one file in it), unpacked as they are read; nothing of it is written to disk."""

import gzip
import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any, BinaryIO, Protocol, cast
from zipfile import BadZipFile

from hervat.downloads.refused import Wrong

_MAX_PACKED, _MAX_LIST = 200 << 20, 1 << 20
_ALLOWED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LIST_SIZE = 5  # where zipfile keeps the size of an archive's list of files
_LOCKED = 1


class Readable(Protocol):
    """A stream with an archive."""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""


def member(packed: Readable, most: int, ratio: int, small: int) -> IO[bytes]:
    """Return the only file in an archive, for reading.

    most: bytes that may come out; ratio: how many times its packed size, unless it is below `small` bytes.
    Raises Wrong or BadZipFile.
    """
    content = packed.read(_MAX_PACKED + 1)
    if len(content) > _MAX_PACKED:
        raise Wrong("too_large", "is too large for a .zip", "pack it as .gz, or download it in parts")
    _refuse_long_list(content)
    archive = zipfile.ZipFile(BytesIO(content))
    info = _only(archive)
    if info.flag_bits & _LOCKED:
        raise Wrong("archive_locked", "is a .zip with a password", "pack it without one")
    if info.compress_type not in _ALLOWED:
        raise zipfile.BadZipFile
    if info.file_size > most or (info.file_size > small and info.file_size > ratio * info.compress_size):
        raise Wrong("archive_bomb", "says that far too much comes out of it", "look at who made it")
    return archive.open(info)


def _only(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    if len(files) != 1:
        raise Wrong("archive_count", f"holds {len(files)} files, and one is what can be read", "pack each by itself")
    return files[0]


def _refuse_long_list(content: bytes) -> None:
    """Refuse a list of files that would fill memory before it could be counted."""
    end = zipfile._EndRecData(BytesIO(content))  # type: ignore[attr-defined]
    if not end:
        raise zipfile.BadZipFile
    if end[_LIST_SIZE] > _MAX_LIST:
        raise Wrong("archive_count", "holds far more than one file", "pack each by itself")


Opener = Callable[[], BinaryIO]
MAX_UNPACKED = 4 << 30
MAX_RATIO = 200  # text of a download packs 5 to 50 times
_SMALL = 16 << 20  # below it the ratio does not matter
_AGAIN = "download it again"


def plain_names(name: str) -> list[str]:
    """Return the names that a file's content may have: without its folders and without the name of its packing."""
    base = posixpath.basename(name)
    stem, dot, suffix = base.rpartition(".")
    if dot and suffix.casefold() in ("gz", "zip"):
        return [stem, f"{stem}.csv"]
    return [base]


def unpacked(opener: Opener, name: str) -> Opener:
    """Return an opener of the content of a file of that name: `opener` itself unless it is packed.

    Its streams raise Wrong (bad_archive, archive_count, archive_locked, archive_bomb, truncated), then or in a read.
    """
    suffix = name.rpartition(".")[2].casefold()
    if suffix == "gz":
        return lambda: _opened(opener, _gunzipped)
    return (lambda: _opened(opener, _unzipped)) if suffix == "zip" else opener


def _opened(opener: Opener, way: Callable[["_Packed"], IO[bytes]]) -> BinaryIO:
    packed = _Packed(opener())
    try:
        with _translated():
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
        with _translated():
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
    """Return the refusal of an archive that unpacks to too much."""
    most = f"more than {MAX_UNPACKED >> 30} GiB, or {MAX_RATIO} times its size"
    return Wrong("archive_bomb", f"unpacks to {most}", "look at who made it; download it unpacked, or in parts")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise Wrong("truncated", "is an archive that stops too early, so it is cut off", _AGAIN) from None
    except (gzip.BadGzipFile, BadZipFile, zlib.error, NotImplementedError, ValueError):
        raise Wrong("bad_archive", "is no archive that can be unpacked (.gz or .zip)", _AGAIN) from None
