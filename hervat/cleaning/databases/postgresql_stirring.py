"""What on PostgreSQL may make a statement do else than it says: triggers, rules, keys that are not enforced."""

from sqlalchemy import Connection, Table, text

_RULES = text("""
    select r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
    join pg_namespace n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and r.ev_enabled <> 'D' and c.relname = :table
    and case when cast(:schema as text) is null then pg_table_is_visible(c.oid) else n.nspname = :schema end order by 1
""")
_STIRS = text("""
    select current_setting('session_replication_role') <> 'origin'
    or exists (select 1 from pg_trigger
      where case when tgisinternal then tgenabled not in ('O', 'A') else tgenabled <> 'D' end)
    or exists (select 1 from pg_rewrite r join pg_class c on c.oid = r.ev_class
      join pg_namespace n on n.oid = c.relnamespace
      where r.rulename <> '_RETURN' and r.ev_enabled <> 'D' and n.nspname not in ('pg_catalog', 'information_schema'))
""")


def rules(connection: Connection, table: Table) -> list[str]:
    """Return the names of the rules that are on for a table."""
    return list(connection.scalars(_RULES, {"table": table.name, "schema": table.schema}))


def stirs(connection: Connection) -> bool:
    """Say whether anything in this database acts by itself, or a key is not enforced."""
    return bool(connection.scalar(_STIRS))
