"""The settings of a MariaDB session that decide what is seen and what a statement means: hervat's own.

Each has its value written out: DEFAULT would be what the server was given, and that is what must not count.
"""

from collections.abc import Mapping
from typing import Any

import pymysql

from hervat.local_database.errors import refused
from hervat.local_database.zones import dutch_time

_MOST = 2**64 - 1
_IDLE_SECONDS = 900  # of a machine that died, its rows' locks go after this, not after the server's eight hours
_UNKNOWN_VARIABLE = 1193
_OF_THE_CLIENT = 2000

SETTINGS: Mapping[str, Any] = {
    "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    "sql_select_limit": _MOST,
    "max_join_size": _MOST,
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
"""By name, as it stands in SET; one that this version of the server does not have is left out."""


def waits(lock: int, statement: int) -> dict[str, int]:
    """Return the settings for how many seconds a lock is waited for and a statement may last (0: for ever)."""
    return {"innodb_lock_wait_timeout": lock, "lock_wait_timeout": lock, "max_statement_time": statement}


def pin(connection: Any, system: str, settings: Mapping[str, Any], writing: bool) -> None:
    """Set `settings` on a new connection and hold the rest against what hervat needs.

    Raises SettingError naming the setting; a connection that is lost meanwhile raises the driver's own error.
    """
    try:
        _do(connection, f"SET {', '.join(f'SESSION {name} = {value}' for name, value in settings.items())}")
    except pymysql.err.Error as error:
        _let_pass(error)
        _one_by_one(connection, system, settings)
    dutch_time(connection)
    found = {name.lower(): value.upper() for name, value in _do(connection, _ASK)}
    if found.get("sql_log_bin") == "OFF":  # what is erased here would stand on in every replica
        _one_by_one(connection, system, {"sql_log_bin": 1})
    if writing and "ON" in (found.get("tx_read_only"), found.get("transaction_read_only")):
        mend = "SET GLOBAL tx_read_only = 0 (and take it out of its configuration)"
        raise refused(system, "tx_read_only is 1", "nothing can be erased or restricted", mend)


_ASK = "SHOW SESSION VARIABLES WHERE variable_name IN ('sql_log_bin', 'tx_read_only', 'transaction_read_only')"


def _one_by_one(connection: Any, system: str, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        try:
            _do(connection, f"SET SESSION {name} = {value}")
        except pymysql.err.Error as error:
            _let_pass(error)
            if error.args[0] != _UNKNOWN_VARIABLE:
                mend = f"SET GLOBAL {name} = {value}, or give hervat's account the right to set it"
                raise refused(system, name, f"hervat may not set it (error {error.args[0]})", mend) from None


def _let_pass(error: pymysql.err.Error) -> None:
    """Raise what is no word of the server: the connection was lost."""
    if not error.args or not isinstance(error.args[0], int) or error.args[0] >= _OF_THE_CLIENT:
        raise error


def _do(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
