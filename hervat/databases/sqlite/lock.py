"""The lock on a SQLite database: a file beside it, which the operating system unlocks when its holder dies."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """An exclusive lock on `<database>.hervat-lock`."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.hervat-lock")
        self._file: int | None = None

    def try_lock(self) -> bool:
        """Take the lock. False if another process has it; raises OSError if the file can't be created."""
        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go of the lock, if it was taken."""
        if self._file is not None:
            os.close(self._file)
