"""Connecting to Oracle: session settings, and refusing hidden rows. Never tried on a server."""

from typing import Any

from sqlalchemy import URL, Engine, event

from hervat.databases.drivers import engine_by
from hervat.databases.errors import SettingError

SETTINGS = (
    "ALTER SESSION SET TIME_ZONE = 'Europe/Amsterdam'",
    "ALTER SESSION SET NLS_COMP = BINARY",
    "ALTER SESSION SET NLS_SORT = BINARY",
    "ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS'",
    "ALTER SESSION SET NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9'",
    "ALTER SESSION SET NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'",
    "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'",
)
FILTERED = """
    select distinct object_owner || '.' || object_name from all_policies where enable = 'YES' and sel = 'YES'
    and not exists (select 1 from session_privs where privilege = 'EXEMPT ACCESS POLICY') order by 1
"""


def engine_on(
    system: str,
    url: URL,
    _lock: int | None = None,
    _statement: int | None = None,
    _reading: bool = False,
    **options: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.databases.connecting.engine_on`."""
    given = {"hide_parameters": True, "connect_args": {"tcp_connect_timeout": 10}, **options}
    engine = engine_by("oracledb", system, url, **given)
    event.listen(engine, "connect", lambda connection, _: pin(connection, system))
    return engine


def pin(connection: Any, system: str) -> None:
    """Set hervat's own settings on a new connection. Raises SettingError naming the tables of which rows are hidden."""
    cursor = connection.cursor()
    for statement in SETTINGS:
        cursor.execute(statement)
    filtered = [name for (name,) in cursor.execute(FILTERED).fetchall()]
    if filtered:
        problem = f"row security is on for this account: a policy would hide rows of {', '.join(filtered)}"
        advice = "let the administrator run: GRANT EXEMPT ACCESS POLICY TO hervat's account"
        raise SettingError(f"system {system}: {problem}; {advice}")
