"""The name by which a relation goes here, as PostgreSQL's catalogue has it.

A relation that the account finds by its bare name goes by that, one of another schema by "schema.relation"; so does one
whose name is in several schemas of the search_path: its meaning there is an accident.
"""

KINDS = "('r', 'p', 'v', 'm', 'f')"


def is_bare(relation: str) -> str:
    """SQL condition: a relation goes by its bare name, given the alias of its row in pg_class."""
    return f"""(pg_table_is_visible({relation}.oid) and not exists (
        select from pg_class other join pg_namespace place on place.oid = other.relnamespace
        where other.relname = {relation}.relname and other.oid <> {relation}.oid and other.relkind in {KINDS}
        and place.nspname = any(current_schemas(false))))"""


def shown(relation: str, namespace: str) -> str:
    """Return the SQL for the name of a relation, given the aliases of its rows in pg_class and pg_namespace."""
    whole = f"{namespace}.nspname || '.' || {relation}.relname"
    return f"case when {is_bare(relation)} then {relation}.relname else {whole} end"


WHOLES = """
    whole as (
        select oid as part, coalesce(pg_partition_root(oid)::oid, oid) as top
        from pg_class where relkind in ('r', 'p', 'f')
    )
"""
"""A part of `with`: the root of each partition tree, at any depth and in any schema."""
