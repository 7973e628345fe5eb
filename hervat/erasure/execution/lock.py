"""The lock that keeps two runs from cleaning one system at the same time. It is released when its process ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from hervat.erasure.errors import LockedError, translated_errors
from hervat.erasure.system import LocalSystem

_WAIT_SECONDS = 2.0
_RETRY_SECONDS = 0.1


@contextmanager
def locked(local: LocalSystem) -> Iterator[Connection]:
    """Yield a connection under the system's lock; at the end what was not committed is rolled back.

    Raises LockedError if another process still holds the lock after a short wait, or a lock would hold nothing.
    """
    with translated_errors(local.name, "taking the lock"):
        reason = local.database.unlockable(local.engine)
    if reason:
        raise LockedError(f"system {local.name}: {reason}")
    with local.database.locked(local.engine, lambda take: _wait(local.name, take)) as connection:
        yield connection


def _wait(system: str, take: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    with translated_errors(system, "taking the lock"):
        while not take():
            if time.monotonic() >= deadline:
                message = "another run is cleaning it at this moment; the next run tries again"
                raise LockedError(f"system {system}: {message}")
            time.sleep(_RETRY_SECONDS)
