"""Write a file that only its owner can read, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hervat.errors import HervatError


class WriteFailed(HervatError):
    """A report or worklist could not be written; an earlier file is left as it was."""


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file of mode 0600 for writing; it replaces `path` when the block ends well.

    Raises WriteFailed, which names the file and never its content.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _failed(path, error) from None
    finally:
        with suppress(OSError):  # the write error is raised already
            part.unlink(missing_ok=True)


def private_folder(root: Path, *names: str) -> Path:
    """Create and return root/name/name...; only its owner can open what is below `root` (0700).

    `root` itself is created so if it is missing, and left as it is otherwise. Raises WriteFailed.
    """
    folder = root
    try:
        if not root.is_dir():
            root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            root.mkdir(mode=0o700, exist_ok=True)
        for name in names:
            folder = folder / name
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
    except OSError as error:
        raise _failed(folder, error) from None
    return folder


def _failed(path: Path, error: OSError) -> WriteFailed:
    return WriteFailed(f"{path} can't be written ({type(error).__name__}); check the rights and the free space there")


def _sync(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
