"""Connecting to SQL Server: session settings, and refusing hidden rows or masked values. Never tried on a server."""

from typing import Any

from sqlalchemy import URL, Engine, event

from hervat.databases.drivers import LOCK_SECONDS, engine_by
from hervat.databases.errors import SettingError

SETTINGS = (
    "SET ROWCOUNT 0",
    "SET TEXTSIZE 2147483647",
    "SET ANSI_NULLS ON",
    "SET ANSI_PADDING ON",
    "SET ANSI_WARNINGS ON",
    "SET ARITHABORT ON",
    "SET CONCAT_NULL_YIELDS_NULL ON",
    "SET QUOTED_IDENTIFIER ON",
    "SET NUMERIC_ROUNDABORT OFF",
    "SET NOCOUNT OFF",
    "SET XACT_ABORT ON",
    "SET LANGUAGE us_english",
    "SET DATEFORMAT ymd",
    "SET DATEFIRST 1",
)
FILTERED = """
    select schema_name(o.schema_id) + '.' + o.name from sys.security_predicates p
    join sys.security_policies s on s.object_id = p.object_id join sys.objects o on o.object_id = p.target_object_id
    where s.is_enabled = 1 and p.predicate_type_desc = 'FILTER' order by 1
"""
MASKED = """
    select schema_name(o.schema_id) + '.' + o.name + '.' + c.name from sys.masked_columns c
    join sys.objects o on o.object_id = c.object_id
    where c.is_masked = 1 and has_perms_by_name(db_name(), 'DATABASE', 'UNMASK') = 0 order by 1
"""


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    _statement: int | None = None,
    _reading: bool = False,
    **options: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.databases.connecting.engine_on`."""
    engine = engine_by("pyodbc", system, url, **{"hide_parameters": True, "connect_args": {"timeout": 10}, **options})
    event.listen(engine, "connect", lambda connection, _: pin(connection, system, lock or LOCK_SECONDS))
    return engine


def pin(connection: Any, system: str, lock: int) -> None:
    """Set hervat's own settings on a new connection. Raises SettingError naming the tables of which rows are hidden."""
    cursor = connection.cursor()
    for statement in (*SETTINGS, f"SET LOCK_TIMEOUT {lock * 1000}"):
        cursor.execute(statement)
    filtered = [name for (name,) in cursor.execute(FILTERED).fetchall()]
    masked = [name for (name,) in cursor.execute(MASKED).fetchall()]
    connection.commit()
    if filtered:
        problem = f"row security is on for {', '.join(filtered)}, and no account is told what it hides"
        raise SettingError(f"system {system}: {problem}; let the administrator drop the filter on these tables")
    if masked:
        problem = f"{', '.join(masked)} are shown masked to this account"
        raise SettingError(f"system {system}: {problem}; let the administrator run: GRANT UNMASK TO hervat's account")
