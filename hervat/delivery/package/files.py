"""Files that are put in place whole or not at all, readable by their owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hervat.errors import HervatError


class FilesError(HervatError):
    """The delivery can't be written to its folder."""


class PackageParts:
    """Unfinished files in one folder: `name.part` until `put_in_place` gives each its name."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._names: list[str] = []

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a new file for writing; on leaving the block its bytes are on disk."""
        part = self.path(name)
        part.unlink(missing_ok=True)
        self._names.append(name)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())

    def path(self, name: str) -> Path:
        """Return the path of an unfinished file."""
        return self.directory / f"{name}.part"

    def put_in_place(self) -> None:
        """Give every file its name, in the order in which they were made."""
        for name in self._names:
            self.path(name).replace(self.directory / name)
        handle = os.open(self.directory, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

    def clear(self) -> None:
        """Remove the unfinished files, and the folder if it is empty."""
        for name in self._names:
            self.path(name).unlink(missing_ok=True)
        if not any(self.directory.iterdir()):
            self.directory.rmdir()


@contextmanager
def parts_in(directory: Path) -> Iterator[PackageParts]:
    """Yield the unfinished files in `directory`, which is created if needed. Raises FilesError."""
    try:
        _make(directory)
        parts = PackageParts(directory)
        try:
            yield parts
        finally:
            parts.clear()
    except OSError as error:
        raise FilesError(f"the delivery can't be written in {directory} ({type(error).__name__})") from None


def put_aside(directory: Path, aside: Path) -> None:
    """Move the files of a folder into another, except subfolders and unfinished files."""
    _make(aside)
    for path in sorted(directory.iterdir()):
        if path.is_file() and path.suffix != ".part":
            path.replace(aside / path.name)


def _make(directory: Path) -> None:
    for folder in [*reversed(directory.parents), directory]:
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
