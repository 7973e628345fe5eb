"""The settings of an Oracle session, and what would hide rows from it. Never tried on a server."""

from typing import Any

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


def pin(connection: Any, system: str) -> None:
    """Set hervat's own settings on a new connection. Raises SettingError naming the tables of which rows are hidden."""
    cursor = connection.cursor()
    for statement in SETTINGS:
        cursor.execute(statement)
    filtered = [name for (name,) in cursor.execute(FILTERED).fetchall()]
    if filtered:
        told = f"row security is on for this account: a policy would hide rows of {', '.join(filtered)}"
        mend = "let the administrator run: GRANT EXEMPT ACCESS POLICY TO hervat's account"
        raise SettingError(f"system {system}: {told}; {mend}")
