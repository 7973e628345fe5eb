"""Connecting to PostgreSQL: time-outs, settings of a session that depend on no server or account, and poolers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, text

from hervat.databases.compiled import sharing
from hervat.databases.errors import SettingError, refused
from hervat.databases.postgresql.kept import KeptConnection

CONNECT_SECONDS = 10
LOCK_SECONDS = 30


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    reading: bool = False,
    **options: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.databases.connecting.engine_on`."""
    given = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "hervat",
        "client_encoding": "utf8",
    }
    more = {"isolation_level": "REPEATABLE READ"} if reading else {}
    engine = create_engine(url, connect_args=given, **sharing({"hide_parameters": True, **more, **options}))
    settings = {**SETTINGS, **_timeouts(url, lock, statement)}

    def connect(_dialect: Dialect, _record: object, args: Any, named: Any) -> Any:
        connection = KeptConnection.to(args, named)
        try:
            pin(connection, system, settings, writing=not reading)
        except BaseException:
            connection.close()
            raise
        return connection

    event.listen(engine, "do_connect", connect)
    return engine.execution_options(postgresql_readonly=True) if reading else engine


def _timeouts(url: URL, lock: int | None, statement: int | None) -> dict[str, str]:
    """Return the time-outs: as configured, else those in the URL's options, else hervat's own.

    A lock that is not given within the time-out is an error of that system (design, rule 3), for reading too.
    """
    options = str(url.query.get("options", ""))
    timeouts = {"lock_timeout": (lock, LOCK_SECONDS), "statement_timeout": (statement, 0)}
    return {
        name: f"{own if configured is None else configured}s"
        for name, (configured, own) in timeouts.items()
        if configured is not None or not re.search(rf"\b{name.replace('_', '[_-]')}\s*=", options)
    }


SETTINGS: Mapping[str, str] = {
    "row_security": "off",  # a policy that would hide rows is an error
    "gin_fuzzy_search_limit": "0",
    "TimeZone": "Europe/Amsterdam",
    "DateStyle": "ISO, DMY",
    "IntervalStyle": "postgres",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "transform_null_equals": "off",
    "array_nulls": "on",
    "bytea_output": "hex",
    "xmlbinary": "base64",
    "xmloption": "content",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "idle_in_transaction_session_timeout": "900s",
    "idle_session_timeout": "0",
    "transaction_timeout": "0",
}
"""By name; one that this version of the server does not have is left out."""

_RIGHT: Mapping[str, tuple[str, str]] = {
    "session_replication_role": ("origin", "triggers and foreign keys would not work"),
    "zero_damaged_pages": ("off", "damaged rows would be taken for rows that are not there"),
    "ignore_checksum_failure": ("off", "damaged rows would be taken for good ones"),
}
_TO_WRITE: Mapping[str, tuple[str, str]] = {
    "default_transaction_read_only": ("off", "nothing can be erased, and no look makes its temporary tables"),
}
_SET = """
    select set_config(name, value, false) from unnest(%s::text[], %s::text[]) as wanted(name, value)
    where current_setting(name, true) is not null
"""
_ASK = """
    select name, current_setting(name, true), quote_ident(current_user), quote_ident(current_database())
    from unnest(%s::text[]) as wanted(name) where current_setting(name, true) is not null
"""
_NAMED = re.compile(r'"([^"]+)"')


def pin(connection: Any, system: str, settings: Mapping[str, str], writing: bool) -> None:
    """Set `settings` on a new connection and check the settings that hervat can't set.

    Raises SettingError naming the setting; a connection that is lost meanwhile raises the driver's own error.
    """
    connection.autocommit = True  # or an account's own limit on idle transactions could end it
    try:
        connection.execute("SET statement_timeout = 0")
        connection.execute(_SET, [list(settings), list(settings.values())])
    except psycopg.Error as error:
        raise _unset(system, error) from None
    needed = {**_RIGHT, **(_TO_WRITE if writing else {})}
    answers: Sequence[tuple[str, str, str, str]] = connection.execute(_ASK, [list(needed)]).fetchall()
    for name, value, user, database in answers:
        right, why = needed[name]
        if value != right and not _corrected(connection, name, right):
            statement = f"alter role {user} in database {database} set {name} = '{right}'"
            raise refused(system, f"{name} is {value}", why, statement)
    connection.autocommit = False


def _corrected(connection: Any, name: str, right: str) -> bool:
    """Set what most accounts may not set. A ban on writing is the administrator's decision: it is left alone."""
    if name in _TO_WRITE:
        return False
    try:
        connection.execute("select set_config(%s, %s, false)", [name, right])
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _unset(system: str, error: psycopg.Error) -> psycopg.Error | SettingError:
    if not error.sqlstate:
        return error
    named = _NAMED.search(error.diag.message_primary or "")
    what = f"the setting {named[1]}" if named else "a setting of the session"
    return SettingError(f"system {system}: {what} can't be given hervat's own value ({type(error).__name__})")


SHARED_SESSIONS = (
    "a pooler is between it and hervat that gives each transaction whichever session is free (pgbouncer: pool_mode ="
    " transaction), so that a lock or a setting would be anybody's; name the server itself in the URL, or a pool with"
    " pool_mode = session"
)
_ROUNDS = 4  # a pooler that takes sessions in turn comes by the first one again


def shares_sessions(engine: Engine) -> bool:
    """True if transactions of one connection may run in several sessions, and those of several in one.

    Asked before a lock is taken: in such a session it would stay behind. Raises SQLAlchemyError.
    """
    with engine.connect() as connection, engine.connect() as beside:
        own = _session(connection)
        for _ in range(_ROUNDS):
            if _session(beside, ends=False) == own or _session(connection) != own:
                return True
            beside.rollback()
    return False


def _session(connection: Connection, ends: bool = True) -> int:
    """Return the number of the server's process behind a connection; ends: its transaction ends with it."""
    number = connection.execute(text("select pg_backend_pid()")).scalar_one()
    if ends:
        connection.rollback()
    return int(number)
