"""MariaDB's tables that InnoDB does not keep: no rollback, no foreign keys, or rows in another place."""

import re

from sqlalchemy import Connection, text

_TABLES = text("""
    select if(table_schema = database(), table_name, concat(table_schema, '.', table_name)), engine
    from information_schema.tables where table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and engine <> 'InnoDB'
    and table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema') order by 1
""")
_VIEWS = text("""
    select v.table_name, database(), v.view_definition, group_concat(c.column_name separator '\n')
    from information_schema.views v join information_schema.columns c
    on c.table_schema = v.table_schema and c.table_name = v.table_name
    where v.table_schema = database() group by v.table_schema, v.table_name, v.view_definition order by 1
""")
_FROM = re.compile(r"(?:from|join|,) *\(*`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`(?!\.)")
_ELSEWHERE = {"FEDERATED", "CONNECT", "SPIDER", "S3", "CASSANDRA", "OQGRAPH", "SPHINX"}


def others(connection: Connection) -> dict[str, str]:
    """Return the engine of each table that InnoDB does not keep."""
    return {table: engine for table, engine in connection.execute(_TABLES)}


def remote(connection: Connection) -> dict[str, str]:
    """Return what each table is whose rows stand elsewhere."""
    return {table: f"{engine} table" for table, engine in others(connection).items() if engine.upper() in _ELSEWHERE}


def without_keys(connection: Connection) -> list[str]:
    """Return a line for the tables that can't have a foreign key: one in their CREATE TABLE was dropped in silence."""
    found = [f"{table} ({engine})" for table, engine in others(connection).items() if engine.upper() not in _ELSEWHERE]
    if not found:
        return []
    told = "their engines keep no foreign keys, so none leads to the footprint: name what does in links or coverage"
    return [f"{', '.join(found)}: {told}"]


def views_beyond(connection: Connection) -> list[tuple[str, str, list[str]]]:
    """Return what `Database.views_beyond` does, as far as the account may read what a view is made of."""
    return [
        (view, f"{schema}.{table}", columns.split("\n"))
        for view, here, definition, columns in connection.execute(_VIEWS)
        for schema, table in sorted(set(_FROM.findall(definition or "")))
        if schema != here
    ]
