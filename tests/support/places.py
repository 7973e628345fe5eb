"""Where the servers of the tests keep their data."""

import shutil
import tempfile
from pathlib import Path

_ROOM = 4 * 1024**3


def server_home(prefix: str) -> Path:
    """Make a folder in memory where the machine has room there: thousands of small files come and go in it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))
