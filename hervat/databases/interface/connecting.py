"""Connecting to a local system: its engine, its transactions and hervat's lock on it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.pool import NullPool

ENGINE_OPTIONS: dict[str, Any] = {
    "hide_parameters": True,
    "poolclass": NullPool,
    "execution_options": {"preserve_rowcount": True},
}

Wait: TypeAlias = Callable[[Callable[[], bool]], None]
"""Repeats an attempt until it succeeds; raises when that takes too long."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a lock and for one statement. None: the database's own default here."""

    lock: int | None = None
    statement: int | None = None


class Connecting(ABC):
    """Engine, transactions and lock.

    name: the name of SQLAlchemy's dialect.
    commit_note: what a rehearsal can't show of the commit. not_rolled_back: what a rollback leaves behind.
    """

    name: ClassVar[str]
    commit_note: ClassVar[str] = ""
    not_rolled_back: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Return an engine without a pool that hides parameters and times out on a lock. It creates no database."""

    @abstractmethod
    def begin_reading(self, connection: Connection) -> None:
        """Begin a transaction on one snapshot of the database; the caller rolls it back."""

    def begin_writing(self, connection: Connection) -> None:
        """Begin the one transaction of a cleaning."""
        self.begin_reading(connection)

    def unlockable(self, engine: Engine) -> str | None:
        """Return why hervat's lock would hold nothing on this database; None if it holds."""
        return None

    @contextmanager
    def locked(self, engine: Engine, wait: Wait) -> Iterator[Connection]:
        """Yield a connection under hervat's lock on this database; the lock ends with the connection."""
        with engine.connect() as connection:
            wait(lambda: self.try_lock(connection))
            yield connection

    @abstractmethod
    def try_lock(self, connection: Connection) -> bool:
        """Take hervat's lock for this connection. False if another connection has it."""

    def warnings(self) -> list[str]:
        """Return warnings that hold for every system on this kind of database."""
        return []
