"""Engines on the local systems: hidden parameters, no pool, and a SQLite file that is never created by looking."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from hervat.cleaning.errors import CleaningError
from hervat.errors import UsageError
from hervat.postgres import patience

_BUSY_SECONDS = 10.0
_WORK_MEM = "128MB"  # the key sets of tens of thousands of persons are hashed, not looked through
_MANNERS: dict[str, Any] = {
    "hide_parameters": True,
    "poolclass": NullPool,
    "execution_options": {"preserve_rowcount": True},
}


def engine_of(system: str, url: str) -> Engine:
    """Return an engine on the database of a system. Raises UsageError for what is neither SQLite nor PostgreSQL."""
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "postgresql":
            # Row security would hide rows from the counts and the read-back: off means an error instead.
            return create_engine(parsed, connect_args=patience(parsed, "row_security=off"), **_MANNERS)
    except (SQLAlchemyError, ImportError) as error:
        raise UsageError(f"system {system}: this database URL can't be used ({type(error).__name__})") from None
    if kind != "sqlite":
        raise UsageError(f"system {system}: hervat cleans SQLite and PostgreSQL, not {kind}")
    path = sqlite_file(system, parsed.database)
    return create_engine("sqlite://", creator=lambda: _connect(path), **_MANNERS)


def sqlite_file(system: str, name: str | None) -> Path:
    """Return the file of a SQLite database. Raises CleaningError naming the system when it is not there."""
    path = Path(name or "")
    if not name or not path.is_file():
        raise CleaningError(f"system {system}: there is no database file {path.name or '(none named)'}")
    return path.absolute()


def _connect(path: Path) -> sqlite3.Connection:
    # Foreign keys are not enforced while hervat works: no cascade may do what the plan did not count. Instead
    # `conserved.py` holds PRAGMA foreign_key_check before against after, in the same transaction.
    target = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(target, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA temp_store=MEMORY")  # the keys of persons never touch the disk a second time
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def begin_reading(connection: Connection) -> None:
    """Begin a transaction that sees one state of the database and is rolled back by its caller."""
    _begin(connection, "BEGIN")


def begin_writing(connection: Connection) -> None:
    """Begin the one transaction of a cleaning: SQLite's write lock at once, PostgreSQL with one snapshot."""
    _begin(connection, "BEGIN IMMEDIATE")


def _begin(connection: Connection, sqlite: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(sqlite)
    else:
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql(f"SET LOCAL work_mem = '{_WORK_MEM}'")
