"""Private files that are on disk when we say so: 0600 in folders of 0700, fsync before and after the rename.

The errors of the vault and of its disk; their texts hold object ids and file names only.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hervat.errors import HervatError


class VaultError(HervatError):
    """An object is missing, can't be read or was changed, or the vault could not be written."""


@contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turn the disk's errors inside the block into a VaultError that says what was being done."""
    try:
        yield
    except OSError as error:
        raise VaultError(f"{doing}: {error.strerror or type(error).__name__}; mend the disk or the rights") from None


def private_folder(path: Path) -> Path:
    """Make a folder that only we can look into, its parents too, unless it is there."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        sync_folder(path.parent)
    return path


def new_private(path: Path) -> int:
    """Open a new private file for writing; return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def sync_folder(path: Path) -> None:
    """Bring a folder's names to disk: without it a rename may be lost when the power fails."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small private file so that it is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = new_private(part)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    part.replace(path)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Write over a small file, then remove it: what it held is gone from the disk, as far as we reach."""
    with path.open("r+b") as file:
        file.write(os.urandom(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def removed(path: Path) -> None:
    """Remove a file, for good when this returns."""
    path.unlink()
    sync_folder(path.parent)
