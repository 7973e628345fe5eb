"""Engines for local systems: the one way in for cleaning, disclosures and the records of a delivery."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL, Engine

from hervat.databases.mariadb import connection as mariadb
from hervat.databases.mssql import connection as mssql
from hervat.databases.oracle import connection as oracle
from hervat.databases.postgresql import connection as postgres
from hervat.databases.sqlite import connection as sqlite
from hervat.errors import UsageError

Maker = Callable[..., Engine]


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    reading: bool = False,
    **options: Any,
) -> Engine:
    """Return an engine on a local system that hides parameters and sets the session's settings when it connects.

    `lock`, `statement`: seconds to wait for a lock, to let a statement last. `reading`: each transaction sees one state
    of the database and can change nothing. `options`: other arguments of SQLAlchemy's create_engine.
    Raises UsageError for a kind of database that hervat does not know. Connecting raises SettingError if a setting
    makes reading or writing unsafe.
    """
    maker = _MAKERS.get(url.get_backend_name())
    if maker is None:
        known = ", ".join(sorted(_MAKERS))
        raise UsageError(f"system {system}: hervat cleans {known}, not {url.get_backend_name()}")
    return maker(system, url, lock, statement, reading, **options)


_MAKERS: Mapping[str, Maker] = {
    "sqlite": sqlite.engine_on,
    "postgresql": postgres.engine_on,
    "mariadb": mariadb.engine_on,
    "mysql": mariadb.engine_on,
    "mssql": mssql.engine_on,
    "oracle": oracle.engine_on,
}
