"""SQLite: one file, any value in any column, foreign keys checked by hervat itself, one writer at a time."""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    Table,
    event,
    text,
)
from sqlalchemy.exc import OperationalError
from typing_extensions import override

from hervat.databases.errors import LocalSystemError
from hervat.databases.folding import folded
from hervat.databases.interface import ENGINE_OPTIONS, Database, Gathered, Timeouts, create_as, gathered
from hervat.databases.interface.connecting import Wait
from hervat.databases.interface.deleting import Item
from hervat.databases.sqlite.catalogue import SqliteCatalogue, SqliteKeepers
from hervat.databases.sqlite.collations import keep_collations
from hervat.databases.sqlite.connection import engine_on
from hervat.databases.sqlite.values import SqliteValues


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


_REMEMBERED = 1000  # folded values: a column whose texts decide has few, in many rows


class Sqlite(SqliteValues, SqliteCatalogue, SqliteKeepers, Database):
    """SQLite by Python's own driver. Its lock is a file beside the database."""

    name = "sqlite"

    @override
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Raises LocalSystemError naming the system when the file is not there."""
        path = sqlite_file(system, url.database)
        engine = engine_on(system, url.set(database=str(path)), timeouts.lock, **ENGINE_OPTIONS)
        event.listen(engine, "connect", _know_folding)
        return engine

    @override
    def begin_reading(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    @override
    def begin_writing(self, connection: Connection) -> None:
        """Begin with the write lock, at once."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @override
    @contextmanager
    def locked(self, engine: Engine, wait: Wait) -> Iterator[Connection]:
        """Lock a file beside the database, before anything is read."""
        lock = FileLock(_file_of(engine))
        try:
            wait(lock.try_lock)
            with engine.connect() as connection:
                yield connection
        finally:
            lock.release()

    @override
    def try_lock(self, connection: Connection) -> bool:
        """True: whoever has a connection under `locked` has the lock."""
        return True

    @override
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        create_as(connection, table, shape, "CREATE TEMPORARY TABLE {name} AS {body}")
        keep_collations(connection, table, shape)
        if unique:
            quoted = connection.dialect.identifier_preparer.quote
            columns = ", ".join(map(quoted, unique))
            connection.exec_driver_sql(
                f"CREATE UNIQUE INDEX temp.{quoted(table.name + '_k')} ON {quoted(table.name)} ({columns})"
            )

    @override
    def gathered(self, connection: Connection, query: Select[Any]) -> list[Gathered]:
        groups = gathered(connection, query)
        return super().gathered(connection, query) if groups is None else groups

    @override
    def enforces_keys(self) -> bool:
        return False

    @override
    def cycles_to_break(self, groups: Iterable[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        return []

    @override
    @contextmanager
    def unenforced(self, connection: Connection, keys: Sequence[Item]) -> Iterator[Sequence[Item]]:
        yield keys

    @override
    def slowed_by(self, keys: Sequence[Item]) -> list[Item]:
        """None: no key is looked up while hervat works."""
        return []

    @override
    def dangling(self, connection: Connection, table: str) -> list[tuple[str, str]]:
        query = text('select "table", "parent" from pragma_foreign_key_check(:name)')
        try:
            return [(source, target) for source, target in connection.execute(query, {"name": table})]
        except OperationalError as error:
            # A key to columns that are not unique: SQLite itself can't check it, only hervat's own check remains.
            if str(error.orig).startswith("foreign key mismatch"):
                return []
            raise

    @override
    def folds_names(self) -> bool:
        return True

    @override
    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """The rights of the file and its folder, if anything is written."""
        if all(right == "SELECT" for right, _, _ in needed):
            return []
        path = _file_of(connection.engine)
        missing = [] if os.access(path, os.W_OK) else [f"the database file {path.name} may not be written"]
        if not os.access(path.parent, os.W_OK):
            missing.append(
                f"the folder of {path.name} may not be written: no lock file and no journal can be made there"
            )
        return missing


def _file_of(engine: Engine) -> Path:
    return Path(engine.url.database or "")


def sqlite_file(system: str, name: str | None) -> Path:
    """Return the file of a SQLite database. Raises LocalSystemError naming the system when it is not there."""
    path = Path(name or "")
    if not name or not path.is_file():
        raise LocalSystemError(f"system {system}: there is no database file {path.name or '(none named)'}")
    return path.absolute()


def _know_folding(connection: Any, _record: Any) -> None:
    connection.create_function("hervat_folded", 1, lru_cache(_REMEMBERED)(folded), deterministic=True)
