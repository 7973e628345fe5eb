"""One cleaning of a system at a time: a lock that dies with its holder."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from hervat.erasure.errors import LockedError, guarded
from hervat.erasure.system import LocalSystem

_PATIENCE_SECONDS = 2.0
_STEP_SECONDS = 0.1


@contextmanager
def locked(local: LocalSystem) -> Iterator[Connection]:
    """Give a connection under the system's lock; on leaving, what was not committed is rolled back.

    Raises LockedError when another process holds the lock after a short wait.
    """
    with local.database.locked(local.engine, lambda take: _wait(local.name, take)) as connection:
        yield connection


def _wait(system: str, take: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    with guarded(system, "taking the lock"):
        while not take():
            if time.monotonic() >= end:
                raise LockedError(f"system {system}: another run is cleaning it at this moment; the next run goes on")
            time.sleep(_STEP_SECONDS)
