"""The lock that keeps two runs from cleaning one system at the same time. It is released when its process ends."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from hervat.erasure.errors import LockedError, guarded
from hervat.erasure.system import LocalSystem

_WAIT_SECONDS = 2.0
_RETRY_SECONDS = 0.1


@contextmanager
def locked(local: LocalSystem) -> Iterator[Connection]:
    """Yield a connection under the system's lock; at the end what was not committed is rolled back.

    Raises LockedError if another process still holds the lock after a short wait.
    """
    with guarded(local.name, "taking the lock"):
        file = _lock_file(local)
    try:
        with local.engine.connect() as connection:
            if file is None:
                _wait(local.name, lambda: local.database.take_lock(connection))
            yield connection
    finally:
        if file is not None:
            os.close(file)


def _lock_file(local: LocalSystem) -> int | None:
    if not local.database.is_file:
        return None
    path = Path(make_url(local.system.database or "").database or "")
    file = os.open(path.with_name(f"{path.name}.hervat-lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _wait(local.name, lambda: _try_flock(file))
    except BaseException:
        os.close(file)
        raise
    return file


def _try_flock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(system: str, take: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not take():
        if time.monotonic() >= deadline:
            raise LockedError(f"system {system}: another run is cleaning it at this moment; the next run tries again")
        time.sleep(_RETRY_SECONDS)
