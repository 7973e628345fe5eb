"""Engines for local systems: the one way in for cleaning, disclosures and the records of a delivery."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

from hervat.databases.mariadb import connection as mariadb
from hervat.databases.mssql import connection as mssql
from hervat.databases.oracle import connection as oracle
from hervat.databases.postgresql import connection as postgres
from hervat.databases.sqlite import connection as sqlite
from hervat.errors import UsageError


def engine_by(driver: str, system: str, url: URL, **options: Any) -> Engine:
    """Return an engine by a driver. Raises UsageError naming the system and the mend where it is not installed."""
    if find_spec(driver) is None:
        kind = url.get_backend_name()
        raise UsageError(f"system {system}: {kind} needs a driver that is not installed: pip install {driver}")
    return create_engine(url.set(drivername=f"{url.get_backend_name()}+{driver}"), **options)


_LOCK_SECONDS = 30

Maker = Callable[..., Engine]


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    reading: bool = False,
    **manners: Any,
) -> Engine:
    """Return an engine on a local system that hides parameters and sets the session's settings when it connects.

    `lock`, `statement`: seconds to wait for a lock, to let a statement last. `reading`: each transaction sees one state
    of the database and can change nothing. `manners`: more for SQLAlchemy's create_engine.
    Raises UsageError for a kind of database that hervat does not know. Connecting raises SettingError where a setting
    stands in the way.
    """
    maker = _MAKERS.get(url.get_backend_name())
    if maker is None:
        known = ", ".join(sorted(_MAKERS))
        raise UsageError(f"system {system}: hervat cleans {known}, not {url.get_backend_name()}")
    return maker(system, url, lock, statement, reading, **manners)


def _on_sqlite(_system: str, url: URL, lock: int | None, _: int | None, reading: bool, **manners: Any) -> Engine:
    return sqlite.engine_on(Path(url.database or "").absolute(), lock, reading, **manners)


def _on_mssql(system: str, url: URL, lock: int | None, _: int | None, _reading: bool, **manners: Any) -> Engine:
    engine = engine_by("pyodbc", system, url, **{"hide_parameters": True, "connect_args": {"timeout": 10}, **manners})
    event.listen(engine, "connect", lambda found, _: mssql.pin(found, system, lock or _LOCK_SECONDS))
    return engine


def _on_oracle(system: str, url: URL, _: int | None, __: int | None, _reading: bool, **manners: Any) -> Engine:
    given = {"hide_parameters": True, "connect_args": {"tcp_connect_timeout": 10}, **manners}
    engine = engine_by("oracledb", system, url, **given)
    event.listen(engine, "connect", lambda found, _: oracle.pin(found, system))
    return engine


_MAKERS: Mapping[str, Maker] = {
    "sqlite": _on_sqlite,
    "postgresql": postgres.engine_on,
    "mariadb": mariadb.engine_on,
    "mysql": mariadb.engine_on,
    "mssql": _on_mssql,
    "oracle": _on_oracle,
}
