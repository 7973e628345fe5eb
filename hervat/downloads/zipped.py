"""The one file in a .zip. The archive is held in memory, packed: its list of files stands at its end."""

import zipfile
from io import BytesIO
from typing import IO, Protocol

from hervat.downloads.refused import Wrong

_MAX_PACKED, _MAX_LIST = 200 << 20, 1 << 20
_ALLOWED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LIST_SIZE = 5  # where zipfile keeps the size of an archive's list of files
_LOCKED = 1


class Readable(Protocol):
    """What an archive is read from."""

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
    found = _only(archive)
    if found.flag_bits & _LOCKED:
        raise Wrong("archive_locked", "is a .zip with a password", "pack it without one")
    if found.compress_type not in _ALLOWED:
        raise zipfile.BadZipFile
    if found.file_size > most or (found.file_size > small and found.file_size > ratio * found.compress_size):
        raise Wrong("archive_bomb", "says that far too much comes out of it", "look at who made it")
    return archive.open(found)


def _only(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
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
