"""Files that are put in place whole or not at all, readable by their owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hervat.errors import HervatError


class FilesError(HervatError):
    """The delivery can't be written where it must stand."""


class PackageParts:
    """Files under way in one folder: `name.part` until `put_in_place` gives each its name."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._names: list[str] = []

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Give a new file to write; at the end its bytes are on the disk."""
        part = self.path(name)
        part.unlink(missing_ok=True)
        self._names.append(name)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())

    def path(self, name: str) -> Path:
        """Return where a file stands while it is under way."""
        return self.directory / f"{name}.part"

    def put_in_place(self) -> None:
        """Give every file its name, in the order in which they were made."""
        for name in self._names:
            self.path(name).replace(self.directory / name)
        handle = os.open(self.directory, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

    def clear(self) -> None:
        """Take away what was not put in place, and the folder where nothing stands in it."""
        for name in self._names:
            self.path(name).unlink(missing_ok=True)
        if not any(self.directory.iterdir()):
            self.directory.rmdir()


@contextmanager
def parts_in(directory: Path) -> Iterator[PackageParts]:
    """Give the files under way in `directory`, which is made where it is missing. Raises FilesError."""
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
    """Move the files of a folder into another one, its subfolders and what is under way apart."""
    _make(aside)
    for path in sorted(directory.iterdir()):
        if path.is_file() and path.suffix != ".part":
            path.replace(aside / path.name)


def _make(directory: Path) -> None:
    for folder in [*reversed(directory.parents), directory]:
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
