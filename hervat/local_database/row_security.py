"""Functions that turn row security on again for themselves: within them PostgreSQL hides rows and says nothing."""

import re

from sqlalchemy import Connection, text

from hervat.local_database.errors import SettingError

_TURNED = text("""
    with recursive functions as (
        select p.oid, p.proname, p.oid::regprocedure::text as called from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and (p.prosrc ~* 'row_security' or exists (
            select from unnest(p.proconfig) as one where one like 'row_security=%' and one <> 'row_security=off'))
    ), views as (
        select r.ev_class as oid, f.called from functions f
        join pg_depend d on d.refclassid = 'pg_proc'::regclass and d.refobjid = f.oid
        and d.classid = 'pg_rewrite'::regclass join pg_rewrite r on r.oid = d.objid
        union select r.ev_class, v.called from views v
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = v.oid
        and d.classid = 'pg_rewrite'::regclass join pg_rewrite r on r.oid = d.objid
    )
    select proname, called from functions
    union select c.relname, v.called from views v join pg_class c on c.oid = v.oid order by 1, 2
""")


def turning(connection: Connection) -> dict[str, str]:
    """Return, by the name of a function or of a view that uses one, the function that turns row security on."""
    if connection.dialect.name != "postgresql":
        return {}
    return {name: called for name, called in connection.execute(_TURNED)}


def told(name: str, function: str) -> str:
    """Return what is wrong with a function, or a view that uses it, and what its owner runs."""
    return (
        f"{name}: the function {function} sets row_security for itself, so rows may be hidden in it;"
        f" let its owner run: alter function {function} reset row_security"
    )


def refuse_turned(connection: Connection, system: str, query: str) -> None:
    """Raise SettingError for a query that names such a function, or a view that uses one."""
    for name, function in turning(connection).items():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query, re.IGNORECASE):
            raise SettingError(f"system {system}: {told(name, function)}")
