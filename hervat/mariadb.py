"""How hervat connects to a MariaDB of others: texts compared exactly, no endless wait, no server of another kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event

from hervat.errors import HervatError
from hervat.local_database.mariadb import SETTINGS, pin, waits
from hervat.postgres import CONNECT_SECONDS

NAMES = ("mariadb", "mysql")
DRIVER = "mariadb+pymysql"
LOCK_SECONDS = 30


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
    reading: bool = False,
    driver: str = DRIVER,
    **manners: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.local_database.entrance.engine_on`.

    Connecting with it raises WrongServerError naming the system where no MariaDB answers.
    """
    given = {
        "charset": "utf8mb4",
        "collation": "utf8mb4_bin",  # of what hervat brings: a column's own collation goes before it
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": CONNECT_SECONDS,
        "program_name": "hervat",
    }
    more = {"isolation_level": "REPEATABLE READ"} if reading else {}
    engine = create_engine(
        url.set(drivername=driver), connect_args=given, **{"hide_parameters": True, **more, **manners}
    )
    settings = {**SETTINGS, **waits(lock or LOCK_SECONDS, statement or 0)}

    def connect(dialect: Dialect, _record: object, args: Any, named: Any) -> Any:
        connection = dialect.connect(*args, **named)
        try:
            refuse_others(connection, system)
            pin(connection, system, settings, writing=not reading)
        except BaseException:
            connection.close()
            raise
        return _patient(connection)

    event.listen(engine, "do_connect", connect)
    if reading:
        event.listen(engine, "begin", _begin_reading)
    return engine


@contextmanager
def first_row_only(connection: Connection) -> Iterator[None]:
    """Let the queries within give one row at most: the driver would read all that a query gives before it lets go."""
    if connection.dialect.name not in NAMES:
        yield
        return
    connection.exec_driver_sql("SET SESSION sql_select_limit = 1")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"SET SESSION sql_select_limit = {SETTINGS['sql_select_limit']}")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def refuse_others(connection: Any, system: str) -> None:
    """Raise WrongServerError where what answers is no MariaDB."""
    if "MariaDB" not in connection.server_version:
        raise WrongServerError(
            f"system {system}: this server is no MariaDB (it says it is {connection.server_version.split('-')[0]});"
            " MySQL is not cleaned: it can't read a temporary table twice in one query"
        )


def _patient(connection: Any) -> Any:
    """End the time-out of reading: it is for a server that accepts and never says a word, not for a long statement."""
    connection._read_timeout = None
    return connection
