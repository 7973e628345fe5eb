"""How hervat connects to a MariaDB of others: texts compared exactly, no endless wait, no server of another kind."""

from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event

from hervat.errors import HervatError
from hervat.postgres import CONNECT_SECONDS

NAMES = ("mariadb", "mysql")
DRIVER = "mariadb+pymysql"
LOCK_SECONDS = 30
_IDLE_SECONDS = 900  # of a machine that died, its rows' locks go after this, not after the server's eight hours


class WrongServerError(HervatError):
    """What answers at the address is no MariaDB."""


def is_mariadb(url: URL) -> bool:
    """Say whether a URL is for MariaDB (or names MySQL, whose protocol MariaDB speaks)."""
    return url.get_backend_name() in NAMES


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    driver: str = DRIVER,
    **manners: Any,
) -> Engine:
    """Return an engine with hidden parameters. `lock`, `statement`: seconds to wait for a lock, to let one last.

    Connecting with it raises WrongServerError naming the system where no MariaDB answers.
    """
    given = {
        "charset": "utf8mb4",
        "collation": "utf8mb4_bin",  # of what hervat brings: a column's own collation goes before it
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": CONNECT_SECONDS,
        "program_name": "hervat",
        "init_command": _session(lock or LOCK_SECONDS, statement or 0),
    }
    engine = create_engine(url.set(drivername=driver), connect_args=given, **{"hide_parameters": True, **manners})

    def connect(dialect: Dialect, _record: object, args: Any, named: Any) -> Any:
        return _patient(dialect.connect(*args, **named), system)

    event.listen(engine, "do_connect", connect)
    return engine


def reading_engine(system: str, url: URL) -> Engine:
    """Return an engine whose transactions each see one state of the database and can change nothing."""
    engine = engine_on(system, url, isolation_level="REPEATABLE READ")
    event.listen(engine, "begin", _begin_reading)
    return engine


def first_row_only(connection: Connection) -> None:
    """Let the next queries give one row at most: the driver would read all that a query gives before it lets go."""
    if connection.dialect.name in NAMES:
        connection.exec_driver_sql("SET SESSION sql_select_limit = 1")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def _session(lock: int, statement: int) -> str:
    settings = {
        "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
        "innodb_lock_wait_timeout": lock,
        "lock_wait_timeout": lock,
        "max_statement_time": statement,
        "wait_timeout": _IDLE_SECONDS,
        "net_write_timeout": _IDLE_SECONDS,
    }
    return "SET " + ", ".join(f"SESSION {name} = {value}" for name, value in settings.items())


def _patient(connection: Any, system: str) -> Any:
    """End the time-out of reading: it is for a server that accepts and never says a word, not for a long statement."""
    connection._read_timeout = None
    if "MariaDB" not in connection.server_version:
        connection.close()
        raise WrongServerError(
            f"system {system}: this server is no MariaDB (it says it is {connection.server_version.split('-')[0]});"
            " MySQL is not cleaned: it can't read a temporary table twice in one query"
        )
    return connection
