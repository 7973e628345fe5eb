"""Erased rows that MariaDB keeps: system versioning, and the words of full-text indexes."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text
from typing_extensions import override

from hervat.databases.interface import Catalogue, Rights
from hervat.databases.mariadb.rights import may
from hervat.databases.model import Keeper

_VERSIONED = text("""
    select if(table_schema = database(), null, table_schema), table_name from information_schema.tables
    where table_type = 'SYSTEM VERSIONED' and (table_schema = database() or table_schema in :schemas) order by 1, 2
""").bindparams(bindparam("schemas", expanding=True))
_PRIMARY = text("""
    select column_name from information_schema.key_column_usage where constraint_name = 'PRIMARY'
    and table_schema = coalesce(:schema, database()) and table_name = :table
    and column_name not in (select column_name from information_schema.columns where table_schema =
    coalesce(:schema, database()) and table_name = :table and generation_expression like 'ROW %')
    order by ordinal_position
""")
_FULL_TEXT = text("""
    select distinct if(table_schema = database(), null, table_schema), table_name, index_name
    from information_schema.statistics where index_type = 'FULLTEXT'
    and (table_schema = database() or table_schema in :schemas) order by 1, 2, 3
""").bindparams(bindparam("schemas", expanding=True))
_THERE = text("""
    select count(*) from information_schema.tables where table_schema = coalesce(:schema, database())
    and table_name = :table and coalesce(engine, '') not in ('FEDERATED', 'CONNECT', 'SPIDER', 'S3')
""")


def _versioned(connection: Connection, schema: str | None, name: str) -> Keeper:
    place = _quoted(connection, schema, name)
    primary = connection.scalars(_PRIMARY, {"schema": schema, "table": name}).all()
    history = ""
    if primary:
        quoted = connection.dialect.identifier_preparer.quote
        same = " and ".join(f"now_there.{quoted(column)} = kept.{quoted(column)}" for column in primary)
        history = f"select count(*) from {place} for system_time all kept left join {place} now_there on {same}"
        history += f" where now_there.{quoted(primary[0])} is null"
    return Keeper("", _shown(schema, name), "system versioning", f"DELETE HISTORY FROM {place}", history)


def _optimize(connection: Connection, schema: str | None, name: str) -> str:
    table = f"OPTIMIZE TABLE {_quoted(connection, schema, name)}"
    return f"SET GLOBAL innodb_optimize_fulltext_only = 1; {table}; SET GLOBAL innodb_optimize_fulltext_only = 0"


def _quoted(connection: Connection, schema: str | None, name: str) -> str:
    quoted = connection.dialect.identifier_preparer.quote
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def _shown(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name


class MariadbKeepers(Catalogue, Rights):
    """System versioning and full-text indexes."""

    @override
    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """Return the system-versioned tables, with the query that counts what they keep, and the full-text indexes."""
        given = {"schemas": list(schemas)}
        versioned = [
            _versioned(connection, schema, name) for schema, name in connection.execute(_VERSIONED, given).all()
        ]
        indexed = [
            Keeper(index, _shown(schema, name), "the full-text index", _optimize(connection, schema, name))
            for schema, name, index in connection.execute(_FULL_TEXT, given)
        ]
        return versioned + indexed

    @override
    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """Rows on another server are not counted."""
        there = connection.scalar(_THERE, {"schema": schema or None, "table": table})
        return bool(there) and may(connection, "SELECT", schema or None, table)
