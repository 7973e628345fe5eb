"""PostgreSQL's materialised views: what each is made of, through other views and parts too, and who may refresh it."""

from sqlalchemy import Connection, text

from hervat.cleaning.databases.copies import Copy
from hervat.cleaning.databases.postgresql_names import shown

# MAINTAIN is a right since 17; before, whoever has the owner's role refreshes. The text of it is read only there.
_MAY = """(has_schema_privilege(c.relnamespace, 'USAGE') and case
    when current_setting('server_version_num')::integer >= 170000 then has_table_privilege(c.oid, 'MAINTAIN')
    else pg_has_role(c.relowner, 'USAGE') end)"""
MARK = f"select concat_ws(' ', c.oid, c.relispopulated, {_MAY}) from pg_class c where c.relkind = 'm'"
# A view that holds nothing keeps nothing; what is made of it can't be refreshed.
_COPIES = f"""
    with recursive uses as (
        select r.ev_class as view, d.refobjid as used from pg_rewrite r join pg_depend d on d.objid = r.oid
        where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
        union select inhrelid, inhparent from pg_inherits
    ), all_uses as (
        select view, used from uses union select a.view, u.used from all_uses a join uses u on u.view = a.used
    ), kept as (
        select c.oid, {shown("c", "n")} as shown, n.nspname as place, c.relname as name,
        c.relispopulated as filled, c.relispopulated and {_MAY} as able
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'm'
    ), under as (
        select a.view, count(*) as views, bool_and(k.able) as able from all_uses a join kept k on k.oid = a.used
        group by a.view
    )
    select k.shown, {shown("t", "m")}, k.oid, k.place, k.name, k.able and coalesce(u.able, true) from kept k
    join all_uses a on a.view = k.oid left join under u on u.view = k.oid
    join pg_class t on t.oid = a.used and t.relkind in ('r', 'p') join pg_namespace m on m.oid = t.relnamespace
    where k.filled order by coalesce(u.views, 0), 1, 2
"""

_WAITED = text("""
    select exists (select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
    where l.relation = :number and not l.granted and l.mode in ('AccessExclusiveLock', 'ExclusiveLock'))
""")


def copies(connection: Connection) -> list[Copy]:
    """Return what `Database.copies` does. One made of another is made of more, so it comes later."""
    quoted = connection.dialect.identifier_preparer.quote
    return [
        Copy(view, table, number, f"REFRESH MATERIALIZED VIEW {quoted(place)}.{quoted(name)}", able)
        for view, table, number, place, name, able in connection.execute(text(_COPIES))
    ]


def waited_for(connection: Connection, copy: Copy) -> bool:
    """Return what `Database.waited_for` does."""
    return bool(connection.scalar(_WAITED, {"number": copy.number}))
