"""Settings of a server, a database or an account that would blind a look or turn a statement, at their worst."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote

from tests.support.mariadb import MariaServer

ON_MARIADB = {
    "sql_mode": "'ANSI_QUOTES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,"
    "EMPTY_STRING_IS_NULL,ONLY_FULL_GROUP_BY,SIMULTANEOUS_ASSIGNMENT'",
    "sql_select_limit": 2,
    "max_join_size": 1,
    "sql_big_selects": 0,
    "sql_safe_updates": 1,
    "sql_auto_is_null": 1,
    "system_versioning_asof": "'2020-01-01'",
    "group_concat_max_len": 4,
    "max_sort_length": 64,
    "max_recursive_iterations": 1,
    "standard_compliant_cte": 0,
    "default_regex_flags": "'EXTENDED,MULTILINE'",
    "old_mode": "'ZERO_DATE_TIME_CAST'",
    "div_precision_increment": 0,
    "default_week_format": 7,
    "lc_time_names": "'nl_NL'",
    "sql_quote_show_create": 0,
    "sql_if_exists": 1,
    "foreign_key_checks": 0,
    "unique_checks": 0,
    "check_constraint_checks": 0,
    "completion_type": 2,
    "idle_transaction_timeout": 1,
    "time_zone": "'+13:00'",
    "autocommit": 0,
    "tx_isolation": "'READ-UNCOMMITTED'",
    "max_statement_time": 0.001,
    "lock_wait_timeout": 1,
}


ON_POSTGRESQL = {
    "row_security": "on",
    "gin_fuzzy_search_limit": "1",
    "TimeZone": "Pacific/Auckland",
    "DateStyle": "SQL, MDY",
    "IntervalStyle": "iso_8601",
    "client_encoding": "SQL_ASCII",
    "standard_conforming_strings": "off",
    "backslash_quote": "on",
    "transform_null_equals": "on",
    "array_nulls": "off",
    "bytea_output": "escape",
    "xmlbinary": "hex",
    "xmloption": "document",
    "extra_float_digits": "-15",
    "quote_all_identifiers": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "session_replication_role": "replica",
    "statement_timeout": "2s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "lc_messages": "C",
}


@contextmanager
def set_to(server: MariaServer, settings: Mapping[str, object]) -> Iterator[None]:
    """Give the whole server these settings, for who connects from now on; afterwards its own."""
    try:
        server.sql(*(f"set global {name} = {value}" for name, value in settings.items()))
        yield
    finally:
        server.sql(*(f"set global {name} = default" for name in settings))


def as_options(names: list[str]) -> str:
    """Return the end of a PostgreSQL URL by which a session begins with these settings, as an account could have it."""
    said = " ".join(f"-c {name}={ON_POSTGRESQL[name].replace(' ', '')}" for name in names)
    return f"?options={quote(said)}" if names else ""
