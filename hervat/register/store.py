"""The register's database: engine, migrations and sessions."""

import fcntl
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hervat.closing import close_at_end
from hervat.databases import CONNECT_SECONDS
from hervat.driver_errors import unconnected
from hervat.errors import HervatError, UsageError

JOURNALLED = "journalled"
"""Where a session keeps municipality -> (number, hash) of the last line that it wrote in the journal."""
MIGRATIONS = Path(__file__).parent / "migrations"
_FRESH = 1.0  # seconds
_IDLE_SINCE = "idle since"
_MIGRATING = 4_872_301  # the number of the advisory lock, the same for every installation


class RegisterError(HervatError):
    """The register's database failed; the text holds no values."""


class Register:
    """Hervat's own database. One instance per process; sessions are short.

    looks_only: read-only.
    on_journal: called with municipality, number and hash of the last journal line of a committed transaction.
    """

    on_journal: Callable[[str, int, str], None] | None = None

    def __init__(self, url: str, *, looks_only: bool = False) -> None:
        self.url = make_url(url)
        try:
            engine = create_engine(self.url, hide_parameters=True, connect_args=self._given())
        except (SQLAlchemyError, ImportError) as error:
            raise UsageError(f"register: this URL can't be used ({type(error).__name__})") from None
        self.engine: Engine = engine.execution_options(postgresql_readonly=True) if looks_only else engine
        self.lock_session: object | None = None  # a LockSession, once a lock is taken on PostgreSQL
        self.opening = Lock()
        close_at_end(self.close)
        weakref.finalize(
            self, _dispose, engine, os.getpid()
        )  # before the process ends: else SQLite's log stays unfinished
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", partial(_ask_if_alive, engine.dialect))
        if self.is_sqlite:
            event.listen(engine, "connect", _set_read_only if looks_only else _set_pragmas)

    def _given(self) -> dict[str, Any]:
        """Return what the driver is given besides the URL; a database without an encoding gives bytes for texts."""
        if self.is_sqlite:
            return {}
        waits = {} if "connect_timeout" in self.url.query else {"connect_timeout": CONNECT_SECONDS}
        return {"client_encoding": "utf8", **waits}

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite (WAL), False for PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    def migrate(self) -> None:
        """Migrate the tables, if they are not current. Raises RegisterError if it can't be reached or is newer."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with self._alone(), self.engine.begin() as connection:
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN")  # the driver begins none for DDL, and half a register is none
                else:
                    connection.execute(text(f"select pg_advisory_xact_lock({_MIGRATING})"))
                if not is_current(connection):
                    self._upgrade(connection)
        except SQLAlchemyError as error:
            raise self.unopened(error) from None
        if self.is_sqlite and self.url.database:
            Path(self.url.database).chmod(0o600)

    def _upgrade(self, connection: Connection) -> None:
        from alembic import command  # most nights find the register current and do without
        from alembic.config import Config
        from alembic.util.exc import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise self.unopened(error) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold a file lock beside SQLite while migrating: two first runs at once would make the tables twice."""
        if not (self.is_sqlite and self.url.database):
            yield
            return
        handle = os.open(f"{self.url.database}.migrate.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def unopened(self, error: Exception) -> RegisterError:
        """Return the error for a register that can't be opened, with the fix."""
        return RegisterError(f"the register can't be opened ({_named(error)}): {self.place}; {_fix(error)}")

    def exists(self) -> bool:
        """True if there is a database: connecting to SQLite would make its file."""
        return not (self.is_sqlite and self.url.database and not Path(self.url.database).exists())

    @property
    def place(self) -> str:
        """The URL, without a password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session in one transaction: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                with session.begin():
                    yield session
            except SQLAlchemyError as error:
                raise RegisterError(f"the register refused a step ({_named(error)})") from None
            for code, (seq, line_hash) in session.info.get(JOURNALLED, {}).items() if self.on_journal else ():
                self.on_journal(code, seq, line_hash)  # type: ignore[misc]

    @contextmanager
    def rehearsal(self) -> Iterator["Register"]:
        """Yield a register with the same content, of which nothing is kept: all is rolled back at the end.

        Its sessions share one connection, so it is for one thread. `on_journal` is not called.
        """
        with self.engine.connect() as connection, connection.begin() as whole:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # else the driver begins too late for savepoints
            try:
                yield _Rehearsal(self, connection)
            finally:
                whole.rollback()

    def learn_sizes(self, *tables: str) -> None:
        """Analyze tables on PostgreSQL: after many new rows its query plans would be far off."""
        if self.is_sqlite:
            return
        with self.session() as session:
            for name in tables:
                session.execute(text(f"analyze {name}"))

    def compact(self) -> None:
        """Rewrite the file of SQLite, so that nothing of deleted rows is left in it; on PostgreSQL its vacuum does.

        Raises RegisterError while another process uses it.
        """
        if not self.is_sqlite:
            return
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except SQLAlchemyError as error:
            raise RegisterError(f"the register could not be compacted ({_named(error)}); try again later") from None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class _Rehearsal(Register):
    """A register inside a transaction that will be rolled back; each of its own transactions is a savepoint."""

    def __init__(self, register: Register, connection: Connection) -> None:
        self.url, self.engine, self._connection = register.url, register.engine, connection

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session in a savepoint: kept for this rehearsal, rolled back on any error."""
        joined = Session(self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        with joined as session:
            try:
                with session.begin():
                    yield session
            except SQLAlchemyError as error:
                raise RegisterError(f"the register refused a step ({_named(error)})") from None


def is_current(connection: Connection) -> bool:
    """True if the last migration made these tables. Their files are numbered, and a number is a revision."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return list(connection.scalars(text("select version_num from alembic_version"))) == [newest]


def _dispose(engine: Engine, process: int) -> None:
    """Close the connections, in the process that opened them: a fork would close its parent's at their server."""
    engine.dispose(close=os.getpid() == process)


def _note_idle(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = monotonic()


def _ask_if_alive(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _given: object) -> None:
    """Let the pool connect anew if the connection was lost while it lay idle; one just used is not asked."""
    if monotonic() - record.info.get(_IDLE_SINCE, monotonic()) < _FRESH:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        raise InvalidatePoolError from None


def _set_read_only(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA query_only=ON")


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=30000")  # first: the next statements may have to wait too
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _named(error: Exception) -> str:
    """Return an error's class and, of a database error, its code; never its text, which can hold values."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(error).__name__}, {code}" if code else type(error).__name__


def _fix(error: Exception) -> str:
    from alembic.util.exc import CommandError

    if isinstance(error, CommandError):
        return "a newer hervat made it: install that one again, or put back the backup of before"
    return unconnected(error) or "see that it is there, is a register and may be read and written by hervat's account"
