"""Connecting to SQLite files. None is created, and options of the URL are ignored.

One like `immutable=1` would hide the rows in the file's write-ahead log.
"""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from hervat.databases.compiled import sharing

_BUSY_SECONDS = 10
_READ_BUSY_SECONDS = 30


def engine_on(
    _system: str,
    url: URL,
    lock: int | None = None,
    _statement: int | None = None,
    reading: bool = False,
    **options: Any,
) -> Engine:
    """Return an engine on a file; for reading, each transaction sees one state and nothing can be changed."""
    path = Path(url.database or "").absolute()
    wait = lock or (_READ_BUSY_SECONDS if reading else _BUSY_SECONDS)
    given = sharing({"hide_parameters": True, "poolclass": NullPool, **options})
    engine = create_engine(
        URL.create("sqlite", database=str(path)), creator=lambda: _connect(path, wait, reading), **given
    )
    if reading:
        event.listen(engine, "begin", _begin)
    return engine


def _connect(path: Path, busy_seconds: int, reading: bool) -> sqlite3.Connection:
    target = f"file:{quote(str(path))}?mode={'ro' if reading else 'rw'}"
    connection = sqlite3.connect(target, uri=True, isolation_level=None, timeout=busy_seconds)
    # Foreign keys are not enforced while hervat works: no cascade may do what the plan did not count. Instead
    # `conserved.py` of cleaning holds PRAGMA foreign_key_check before against after, in the same transaction.
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA temp_store=MEMORY")  # the keys of persons never touch the disk a second time
    connection.execute("PRAGMA secure_delete=ON")
    # How Python's library was built may decide these.
    connection.execute("PRAGMA case_sensitive_like=OFF")
    connection.execute("PRAGMA recursive_triggers=OFF")
    connection.execute("PRAGMA full_column_names=OFF")
    connection.execute("PRAGMA short_column_names=ON")
    return connection


def _begin(connection: Connection) -> None:
    """Python's sqlite3 begins no transaction for reading: two reads could tell different things."""
    connection.exec_driver_sql("BEGIN")
