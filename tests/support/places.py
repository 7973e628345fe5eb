"""Where the tests and their servers keep what they write."""

import os
import shutil
import tempfile
from pathlib import Path

_ROOM = 4 * 1024**3


def in_memory() -> Path | None:
    """A folder in memory, where the machine has room there: what is synchronized to it waits for no disk.

    Thousands of small files come and go. None where nothing in it could be executed, as in some containers.
    """
    memory = Path("/dev/shm")
    if not memory.is_dir() or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return None
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM else None


def server_home(prefix: str) -> Path:
    """Make a folder for a server's data."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=in_memory()))
