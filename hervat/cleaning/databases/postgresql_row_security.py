"""Tables and views of which PostgreSQL would refuse to show this account all rows."""

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hervat.driver_errors.row_security import hidden, hidden_by
from hervat.local_database.row_security import blinding

Place = tuple[str | None, str]

_ASKED = """
    select wanted.schema, wanted.name, c.relkind, row_security_active(c.oid), quote_ident(current_user)
    from unnest(cast(:schemas as text[]), cast(:names as text[])) as wanted(schema, name)
    join pg_class c on c.relname = wanted.name join pg_namespace n on n.oid = c.relnamespace
    and case when wanted.schema is null then pg_table_is_visible(c.oid) else n.nspname = wanted.schema end order by 1, 2
"""


def hiding(connection: Connection, places: Iterable[Place]) -> list[str]:
    """Return, for each table or view of `places` (schema, name) that hides rows from this account, what and the mend.

    A view shows what its owner may see, or who asks: which, only the database can tell, by planning a query on it.
    """
    wanted = list(dict.fromkeys(places))
    given = {"schemas": [schema for schema, _ in wanted], "names": [name for _, name in wanted]}
    found = connection.execute(text(_ASKED), given).all()
    wrong = [hidden(_shown(schema, name), role) for schema, name, _, active, role in found if active]
    views = [(schema, name) for schema, name, kind, _, _ in found if kind == "v"]
    blind = blinding(connection) if views else {}
    wrong += [blind[name] for _, name in views if name in blind]
    return wrong + [refused for place in views if (refused := _of_view(connection, *place))]


def _of_view(connection: Connection, schema: str | None, name: str) -> str | None:
    quote = connection.dialect.identifier_preparer.quote
    full = f"{quote(schema)}.{quote(name)}" if schema else quote(name)
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"EXPLAIN SELECT * FROM {full}")
    except DBAPIError as error:
        refused = hidden_by(error)
        return f"{_shown(schema, name)} (a view) reads {refused}" if refused else None
    return None


def _shown(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name
