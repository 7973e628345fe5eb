"""Sessions of PostgreSQL that are kept for the next look of a night: a new one costs as much as the look itself."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, Self

import psycopg
from psycopg.pq import TransactionStatus

Key = tuple[Any, ...]
_LONGEST = 60.0  # seconds: what was idle for longer may have been cut off by a firewall on the way
_RESET = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all();"
    " DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES"
)
"""As DISCARD ALL, but for prepared statements, which the driver counts on."""


class KeptConnection(psycopg.Connection[Any]):
    """A connection that `close` lays aside, within `connections_kept`, for who connects to the same place."""

    key: Key | None = None

    @classmethod
    def to(cls, args: Sequence[Any], named: Mapping[str, Any]) -> "KeptConnection":
        """Return a connection as the driver's `connect` does: one laid aside, as good as new, or a new one."""
        key = (*args, *sorted((name, str(value)) for name, value in named.items() if name != "context"))
        while (connection := _STORE.taken(key)) is not None:
            with suppress(psycopg.Error):
                return connection._as_new()
            connection.end()
        connection = cls.connect(*args, **named)
        connection.key = key
        return connection

    def _as_new(self) -> Self:
        self.autocommit = True
        self.execute(_RESET)
        self.isolation_level = self.read_only = self.deferrable = None
        self.autocommit = False
        return self

    def let_go(self) -> None:
        """Let it end when it is closed: what was written is read back by another session."""
        self.key = None

    def close(self) -> None:
        """Lay it aside, or end it."""
        idle = not self.closed and self.info.transaction_status == TransactionStatus.IDLE
        if self.key is None or not idle or not _STORE.laid_aside(self.key, self):
            self.end()

    def end(self) -> None:
        """End the session."""
        super().close()


class _Store:
    """What is laid aside, one connection a key, while any night of this process goes on."""

    def __init__(self) -> None:
        self._idle: dict[Key, tuple[KeptConnection, float]] = {}
        self._nights, self._one = 0, Lock()

    def taken(self, key: Key) -> KeptConnection | None:
        with self._one:
            connection, since = self._idle.pop(key, (None, 0.0))
        if connection is not None and time.monotonic() - since > _LONGEST:
            connection.end()
            return None
        return connection

    def laid_aside(self, key: Key, connection: KeptConnection) -> bool:
        with self._one:
            if not self._nights or key in self._idle:
                return False
            self._idle[key] = connection, time.monotonic()
            return True

    def begin(self) -> None:
        with self._one:
            self._nights += 1

    def end(self) -> None:
        with self._one:
            self._nights -= 1
            ending = [] if self._nights else [connection for connection, _ in self._idle.values()]
            if not self._nights:
                self._idle.clear()
        for connection in ending:
            connection.end()


_STORE = _Store()


@contextmanager
def connections_kept() -> Iterator[None]:
    """Keep what is closed within the block, in any thread, for who connects to the same place; then end it."""
    _STORE.begin()
    try:
        yield
    finally:
        _STORE.end()
