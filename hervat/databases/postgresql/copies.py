"""What keeps a copy of a row in PostgreSQL: materialised views, publications, history tables."""

from collections.abc import Sequence

from sqlalchemy import Connection, text
from typing_extensions import override

from hervat.databases.interface import Catalogue, Rights
from hervat.databases.model import Copy, Keeper
from hervat.databases.postgresql.places import shown

# MAINTAIN is a right since 17; before, whoever has the owner's role refreshes. The text of it is read only there.
_MAY = """(has_schema_privilege(c.relnamespace, 'USAGE') and case
    when current_setting('server_version_num')::integer >= 170000 then has_table_privilege(c.oid, 'MAINTAIN')
    else pg_has_role(c.relowner, 'USAGE') end)"""
COPIES_FINGERPRINT = f"select concat_ws(' ', c.oid, c.relispopulated, {_MAY}) from pg_class c where c.relkind = 'm'"
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


_PUBLISHED = f"""
    select distinct p.pubname, {shown("c", "n")}, p.pubdelete and p.pubupdate from pg_publication p
    join lateral (
        select r.prrelid as oid from pg_publication_rel r where r.prpubid = p.oid
        union select c.oid from pg_class c where p.puballtables and c.relkind in ('r', 'p') and c.relpersistence = 'p'
        union select t.oid from pg_publication_tables l join pg_namespace s on s.nspname = l.schemaname
        join pg_class t on t.relnamespace = s.oid and t.relname = l.tablename where l.pubname = p.pubname
    ) named on true
    join pg_class c on c.oid = coalesce(pg_partition_root(named.oid), named.oid)
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1, 2
"""
_SLOTS = text("""
    select slot_name, plugin from pg_replication_slots
    where slot_type = 'logical' and database = current_database() and plugin <> 'pgoutput' order by 1
""")
_WRITTEN = f"""
    select {shown("c", "n")}, sum(pg_stat_get_xact_tuples_inserted(own.oid)),
    sum(pg_stat_get_xact_tuples_deleted(own.oid)) from pg_class own
    join pg_class c on c.oid = coalesce(pg_partition_root(own.oid), own.oid)
    join pg_namespace n on n.oid = c.relnamespace
    where own.relkind = 'r' and own.relpersistence <> 't' and n.nspname not like 'pg\\_%'
    and n.nspname <> 'information_schema' group by 1
    having sum(pg_stat_get_xact_tuples_inserted(own.oid)) + sum(pg_stat_get_xact_tuples_deleted(own.oid)) > 0
"""
_MAY_COUNT = text("""
    select coalesce(bool_or(has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')
    and c.relkind <> 'f'), false) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = :table and case when :schema = '' then pg_table_is_visible(c.oid) else n.nspname = :schema end
""")
KEEPERS_FINGERPRINT = """
    select concat_ws(' ', 'publication', oid, xmin) from pg_publication
    union all select concat_ws(' ', 'published', oid, xmin) from pg_publication_rel
    union all select concat_ws(' ', 'slot', slot_name) from pg_replication_slots
    where slot_type = 'logical' and database = current_database()
"""


def _at_subscribers(name: str, both: bool) -> str:
    if both:
        return "look in every subscriber: a deletion is sent on, what it was copied to there is not erased"
    return f"erase at every subscriber, or ALTER PUBLICATION {name} SET (publish = 'insert, update, delete, truncate')"


class PostgresqlCopies(Catalogue, Rights):
    """Materialised views, publications and slots, and rows that triggers wrote elsewhere."""

    @override
    def copies(self, connection: Connection) -> list[Copy]:
        """One made of another is made of more, so it comes later."""
        quoted = connection.dialect.identifier_preparer.quote
        return [
            Copy(view, table, number, f"REFRESH MATERIALIZED VIEW {quoted(place)}.{quoted(name)}", able)
            for view, table, number, place, name, able in connection.execute(text(_COPIES))
        ]

    @override
    def waited_for(self, connection: Connection, copy: Copy) -> bool:
        return bool(connection.scalar(_WAITED, {"number": copy.number}))

    @override
    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """Return the publications of each table, and the slots that read the log of changes for another program."""
        published = [
            Keeper(name, table, "the publication", _at_subscribers(name, both))
            for name, table, both in connection.execute(text(_PUBLISHED))
        ]
        slots = [
            Keeper(
                f"{name} ({plugin})", "", "the logical replication slot", f"let the owner of slot {name} erase them too"
            )
            for name, plugin in connection.execute(_SLOTS)
        ]
        return published + slots

    @override
    def written_so_far(self, connection: Connection) -> dict[str, tuple[int, int]] | None:
        """Parts count with their whole."""
        if connection.scalar(text("show track_counts")) != "on":
            return None
        rows = connection.execute(text(_WRITTEN))
        return {table: (int(inserted), int(deleted)) for table, inserted, deleted in rows}

    @override
    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """Rows on another server are not counted."""
        return bool(connection.scalar(_MAY_COUNT, {"schema": schema, "table": table}))
