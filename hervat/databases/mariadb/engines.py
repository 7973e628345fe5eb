"""Storage engines of MariaDB: which tables have transactions, and what InnoDB knows of them."""

import re
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from hervat.databases.interface import Catalogue
from hervat.databases.model import Places

_NOT_ALLOWED = 1227
_NAME = "convert(convert(cast({} as binary) using filename) using utf8mb4)"
_HALVES = ", ".join(
    _NAME.format(f"substring_index({column}, '/', {at})") for column in ("for_name", "ref_name") for at in (1, -1)
)
_KEYS = text(f"select {_HALVES}, type from information_schema.innodb_sys_foreign")
_CASCADES, _NULLS = 1, 2


def every_key(connection: Connection) -> list[tuple[str, str, str, str, str]] | None:
    """Return (database, table, target's database, target, rule) of each key; None without the right to ask."""
    try:
        keys = connection.execute(_KEYS).all()
    except DBAPIError as error:
        original: Any = error.orig
        if original.args[0] != _NOT_ALLOWED:
            raise
        return None
    return [(a, b, c, d, _rule(kind)) for a, b, c, d, kind in keys]


def _rule(kind: int) -> str:
    return "CASCADE" if kind & _CASCADES else "SET NULL" if kind & _NULLS else "NO ACTION"


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
    """Return the kind of each table whose rows are stored elsewhere."""
    return {table: f"{engine} table" for table, engine in others(connection).items() if engine.upper() in _ELSEWHERE}


def without_keys(connection: Connection) -> list[str]:
    """Return a line for the tables that can't have a foreign key: one in their CREATE TABLE was dropped in silence."""
    tables = [f"{table} ({engine})" for table, engine in others(connection).items() if engine.upper() not in _ELSEWHERE]
    if not tables:
        return []
    advice = "their engines keep no foreign keys, so none leads to the footprint: name what does in links or coverage"
    return [f"{', '.join(tables)}: {advice}"]


class MariadbEngines(Catalogue):
    """What depends on the storage engines: unseen keys, remote tables, views."""

    @override
    def unseen(self, connection: Connection) -> list[str]:
        if every_key(connection) is not None:
            return without_keys(connection)
        account = connection.scalar(text("select current_user()"))
        gap = "keys that lead here from databases which this account does not see can't be told; let the administrator"
        return [f"{gap}: GRANT PROCESS ON *.* TO {account}", *without_keys(connection)]

    @override
    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        """As far as the account may read what a view is made of."""
        return [
            (view, f"{schema}.{table}", columns.split("\n"))
            for view, here, definition, columns in connection.execute(_VIEWS)
            for schema, table in sorted(set(_FROM.findall(definition or "")))
            if schema != here
        ]

    @override
    def places(self, connection: Connection) -> Places:
        """A database is a schema here, and the account is at home in the one that it names."""
        return Places(remote=remote(connection))
