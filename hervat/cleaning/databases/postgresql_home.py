"""PostgreSQL: an account whose own schema comes first is at home, for hervat, where the tables of the footprint stand.

What the account finds stays the same: the schema of the tables only comes first, for these connections alone.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

_HOME = text("""
    select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = :name and c.relkind in ('r', 'p') and pg_table_is_visible(c.oid)
""")
_PATH = text("select current_schemas(false)")
_SET = "select set_config('search_path', %(path)s, false)"
FIRST = "hervat_first_schema"


def settle(engine: Engine, connection: Connection, tables: Iterable[str]) -> None:
    """Put the schema of the first of these tables that is found at the head of the search_path, from now on."""
    path = list(connection.scalar(_PATH) or [])
    homes = (connection.scalar(_HOME, {"name": name}) for name in tables)
    home = next((one for one in homes if one), None)
    if home is None or path[:1] == [home]:
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier
    given = {"path": ", ".join(map(quoted, [home, *(one for one in path if one != home)]))}
    connection.exec_driver_sql(_SET, given)
    connection.commit()
    connection.info[FIRST] = path[0] if path else ""

    @event.listens_for(engine, "connect")
    def _settle(driver: Any, record: Any) -> None:
        driver.execute(_SET, given)
        driver.commit()
        record.info[FIRST] = path[0] if path else ""
