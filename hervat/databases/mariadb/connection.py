"""Connecting to MariaDB: exact text comparison, time-outs and session settings."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pymysql
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event

from hervat.databases.errors import refused
from hervat.databases.mariadb.zones import dutch_time
from hervat.databases.postgresql.connection import CONNECT_SECONDS
from hervat.errors import HervatError

NAMES = ("mariadb", "mysql")
DRIVER = "mariadb+pymysql"
LOCK_SECONDS = 30


class WrongServerError(HervatError):
    """The server at the address is not MariaDB."""


def is_mariadb(url: URL) -> bool:
    """True for a URL of MariaDB (or MySQL, whose protocol MariaDB speaks)."""
    return url.get_backend_name() in NAMES


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    reading: bool = False,
    driver: str = DRIVER,
    **options: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.databases.connecting.engine_on`.

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
        url.set(drivername=driver), connect_args=given, **{"hide_parameters": True, **more, **options}
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
        return _without_read_timeout(connection)

    event.listen(engine, "do_connect", connect)
    if reading:
        event.listen(engine, "begin", _begin_reading)
    return engine


@contextmanager
def first_row_only(connection: Connection) -> Iterator[None]:
    """Limit the queries within to one row: the driver would read a whole result before it lets go."""
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
    """Raise WrongServerError if the server is not MariaDB."""
    if "MariaDB" not in connection.server_version:
        raise WrongServerError(
            f"system {system}: this server is no MariaDB (it says it is {connection.server_version.split('-')[0]});"
            " MySQL is not cleaned: it can't read a temporary table twice in one query"
        )


def _without_read_timeout(connection: Any) -> Any:
    """End the time-out of reading: it is for a server that accepts and never says a word, not for a long statement."""
    connection._read_timeout = None
    return connection


_UNLIMITED = 2**64 - 1
_IDLE_SECONDS = 900  # of a machine that died, its rows' locks go after this, not after the server's eight hours
_UNKNOWN_VARIABLE = 1193
_OF_THE_CLIENT = 2000

SETTINGS: Mapping[str, Any] = {
    "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    "sql_select_limit": _UNLIMITED,
    "max_join_size": _UNLIMITED,
    "sql_big_selects": 1,  # after max_join_size, which changes it
    "sql_safe_updates": 0,
    "sql_auto_is_null": 0,
    "system_versioning_asof": "DEFAULT",  # the rows of today; here DEFAULT is a value, not the server's
    "group_concat_max_len": 2**26,
    "max_sort_length": 1024,
    "max_recursive_iterations": 2**32 - 1,
    "standard_compliant_cte": 1,
    "default_regex_flags": "''",
    "old_mode": "'UTF8_IS_UTF8MB3'",
    "div_precision_increment": 4,
    "default_week_format": 0,
    "lc_time_names": "'en_US'",
    "sql_quote_show_create": 1,  # foreign keys are read from SHOW CREATE TABLE
    "sql_if_exists": 0,
    "foreign_key_checks": 1,
    "unique_checks": 1,
    "check_constraint_checks": 1,
    "completion_type": 0,
    "wsrep_dirty_reads": 0,
    "wait_timeout": _IDLE_SECONDS,
    "net_read_timeout": _IDLE_SECONDS,
    "net_write_timeout": _IDLE_SECONDS,
    "idle_transaction_timeout": 0,
    "idle_readonly_transaction_timeout": 0,
    "idle_write_transaction_timeout": 0,
}
"""By name, as written in SET; one that this version of the server does not have is left out."""


def waits(lock: int, statement: int) -> dict[str, int]:
    """Return the settings for how many seconds a lock is waited for and a statement may last (0: for ever)."""
    return {"innodb_lock_wait_timeout": lock, "lock_wait_timeout": lock, "max_statement_time": statement}


def pin(connection: Any, system: str, settings: Mapping[str, Any], writing: bool) -> None:
    """Set `settings` on a new connection and check the settings that hervat can't set.

    Raises SettingError naming the setting; a connection that is lost meanwhile raises the driver's own error.
    """
    try:
        _do(connection, f"SET {', '.join(f'SESSION {name} = {value}' for name, value in settings.items())}")
    except pymysql.err.Error as error:
        _let_pass(error)
        _one_by_one(connection, system, settings)
    dutch_time(connection)
    variables = {name.lower(): value.upper() for name, value in _do(connection, _ASK)}
    if variables.get("sql_log_bin") == "OFF":  # else the rows erased here would remain in every replica
        _one_by_one(connection, system, {"sql_log_bin": 1})
    if writing and "ON" in (variables.get("tx_read_only"), variables.get("transaction_read_only")):
        statement = "SET GLOBAL tx_read_only = 0 (and take it out of its configuration)"
        raise refused(system, "tx_read_only is 1", "nothing can be erased or restricted", statement)


_ASK = "SHOW SESSION VARIABLES WHERE variable_name IN ('sql_log_bin', 'tx_read_only', 'transaction_read_only')"


def _one_by_one(connection: Any, system: str, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        try:
            _do(connection, f"SET SESSION {name} = {value}")
        except pymysql.err.Error as error:
            _let_pass(error)
            if error.args[0] != _UNKNOWN_VARIABLE:
                statement = f"SET GLOBAL {name} = {value}, or give hervat's account the right to set it"
                raise refused(system, name, f"hervat may not set it (error {error.args[0]})", statement) from None


def _let_pass(error: pymysql.err.Error) -> None:
    """Raise an error of the client: the connection was lost."""
    if not error.args or not isinstance(error.args[0], int) or error.args[0] >= _OF_THE_CLIENT:
        raise error


def _do(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
