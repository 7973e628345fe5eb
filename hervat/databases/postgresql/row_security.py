"""Row security of PostgreSQL that hides rows even when it is switched off in the session."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hervat.databases.errors import SettingError
from hervat.driver_errors import hidden, hidden_by

# The thousands of functions of PostgreSQL itself are left out before anything is looked for in their texts.
_BLIND = text("""
    with recursive found as (
        select 'pg_proc'::regclass as class, p.oid, p.proname::text as name, p.oid::regprocedure::text as cause,
            'function' as kind from pg_proc p
        where case when p.pronamespace = any(array(
            select oid from pg_namespace where nspname not in ('pg_catalog', 'information_schema')
        )) then p.prosrc ~* 'row_security' or exists (
            select from unnest(p.proconfig) as one where one like 'row_security=%' and one <> 'row_security=off') end
        union all select 'pg_class'::regclass, c.oid, c.relname, quote_ident(s.srvname), 'server'
        from pg_foreign_table t join pg_class c on c.oid = t.ftrelid join pg_foreign_server s on s.oid = t.ftserver
        join pg_foreign_data_wrapper w on w.oid = s.srvfdw
        where w.fdwname = 'postgres_fdw' and not array_to_string(s.srvoptions, ' ', '') ~* 'row_security=off'
    ), with_views as (
        select * from found
        union select 'pg_class'::regclass, c.oid, c.relname::text, v.cause, v.kind from with_views v
        join pg_depend d on d.refclassid = v.class and d.refobjid = v.oid and d.classid = 'pg_rewrite'::regclass
        join pg_rewrite r on r.oid = d.objid join pg_class c on c.oid = r.ev_class
    )
    select name, cause, kind from with_views order by 1, 2
""")


def blinding(connection: Connection) -> dict[str, str]:
    """Return messages by the name of a function, foreign table or view that may hide rows."""
    if connection.dialect.name != "postgresql":
        return {}
    return {name: _message(name, cause, kind) for name, cause, kind in connection.execute(_BLIND)}


def _message(name: str, cause: str, kind: str) -> str:
    if kind == "function":
        wrong = f"the function {cause} sets row_security for itself, so rows may be hidden in it"
        return f"{name}: {wrong}; let its owner run: alter function {cause} reset row_security"
    wrong = f"it is read at another server ({cause}), whose row security may hide rows"
    return f"{name}: {wrong}; let its owner run: alter server {cause} options (add options '-c row_security=off')"


def refuse_blinding(connection: Connection, system: str, query: str) -> None:
    """Raise SettingError for a query that names a function, foreign table or view in which rows may be hidden."""
    for name, message in blinding(connection).items():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query, re.IGNORECASE):
            raise SettingError(f"system {system}: {message}")


Place = tuple[str | None, str]

_ASKED = """
    select wanted.schema, wanted.name, c.relkind, row_security_active(c.oid), quote_ident(current_user)
    from unnest(cast(:schemas as text[]), cast(:names as text[])) as wanted(schema, name)
    join pg_class c on c.relname = wanted.name join pg_namespace n on n.oid = c.relnamespace
    and case when wanted.schema is null then pg_table_is_visible(c.oid) else n.nspname = wanted.schema end order by 1, 2
"""


def hiding(connection: Connection, places: Iterable[Place]) -> list[str]:
    """Return a message for each table or view of `places` (schema, name) that hides rows from this account.

    A view shows what its owner may see, or who asks: which, only the database can tell, by planning a query on it.
    """
    unique = list(dict.fromkeys(places))
    given = {"schemas": [schema for schema, _ in unique], "names": [name for _, name in unique]}
    relations = connection.execute(text(_ASKED), given).all()
    wrong = [hidden(_shown(schema, name), role) for schema, name, _, active, role in relations if active]
    views = [(schema, name) for schema, name, kind, _, _ in relations if kind == "v"]
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
