"""MariaDB's foreign keys between databases, as far as the account may see, and the rows that it keeps after erasure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text
from typing_extensions import override

from hervat.databases.interface import Catalogue, Rights
from hervat.databases.mariadb.engines import every_key
from hervat.databases.mariadb.rights import may
from hervat.databases.model import Keeper, Outside

Place = tuple[str, str]

_NO_ACTION = ("RESTRICT", "NO ACTION")
_KEYS = text("""
    select constraint_schema, r.table_name, unique_constraint_schema, referenced_table_name, delete_rule,
    coalesce(t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED'), 1) from information_schema.referential_constraints r
    left join information_schema.tables t on t.table_schema = r.constraint_schema and t.table_name = r.table_name
""")


class _Key(NamedTuple):
    """A foreign key; `read`: its table is one that hervat reads."""

    table: Place
    target: Place
    rule: str
    read: bool

    @property
    def cascades(self) -> bool:
        """Whether deleting its target does something to its table."""
        return self.rule not in _NO_ACTION


def _goes_unchecked(target: Place, keys: Iterable[_Key]) -> bool:
    return any(key.target == target and key.cascades for key in keys) or target in _after(target, keys)


def _after(table: Place, keys: Iterable[_Key]) -> set[Place]:
    """Return the tables that a table points to, directly or by others."""
    after, fresh = set[Place](), {table}
    while fresh:
        fresh = {key.target for key in keys if key.table in fresh} - after
        after |= fresh
    return after


def _keys(connection: Connection) -> list[_Key]:
    """Return the keys that the catalogue shows to this account, and those that InnoDB does, if it may ask."""
    shown = [_Key((a, b), (c, d), rule, bool(read)) for a, b, c, d, rule, read in connection.execute(_KEYS)]
    known = {(key.table, key.target) for key in shown}
    more = [_Key((a, b), (c, d), rule, True) for a, b, c, d, rule in every_key(connection) or []]
    return [*shown, *(key for key in more if (key.table, key.target) not in known)]


def _shown(here: str, place: Place) -> str:
    return place[1] if place[0] == here else ".".join(place)


class MariadbKeys(Catalogue):
    """Foreign keys, as far as the account may see them."""

    @override
    def outside(self, connection: Connection) -> list[Outside]:
        """Return the keys of other databases and of tables that are not read.

        A key acts if it cascades, or if nobody would check it: rows of its target go while keys are not enforced
        (execution.run_statements).
        """
        here = str(connection.scalar(text("select database()")))
        keys = _keys(connection)
        return [
            Outside(
                _shown(here, key.table), _shown(here, key.target), key.cascades or _goes_unchecked(key.target, keys)
            )
            for key in keys
            if key.table[0] != key.target[0] or not key.read
        ]

    @override
    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """Tables of other databases, as far as they may be read."""
        read = {str(connection.scalar(text("select database()"))), *schemas}
        keys, pointing = [key for key in _keys(connection) if key.read], set[Place]()
        while more := {key.table for key in keys if key.target[0] in read or key.target in pointing} - pointing:
            pointing |= more
        return sorted(place for place in pointing if place[0] not in read and may(connection, "SELECT", *place))


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
    return Keeper("", _keepers_shown(schema, name), "system versioning", f"DELETE HISTORY FROM {place}", history)


def _optimize(connection: Connection, schema: str | None, name: str) -> str:
    table = f"OPTIMIZE TABLE {_quoted(connection, schema, name)}"
    return f"SET GLOBAL innodb_optimize_fulltext_only = 1; {table}; SET GLOBAL innodb_optimize_fulltext_only = 0"


def _quoted(connection: Connection, schema: str | None, name: str) -> str:
    quoted = connection.dialect.identifier_preparer.quote
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def _keepers_shown(schema: str | None, name: str) -> str:
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
            Keeper(index, _keepers_shown(schema, name), "the full-text index", _optimize(connection, schema, name))
            for schema, name, index in connection.execute(_FULL_TEXT, given)
        ]
        return versioned + indexed

    @override
    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """Rows on another server are not counted."""
        there = connection.scalar(_THERE, {"schema": schema or None, "table": table})
        return bool(there) and may(connection, "SELECT", schema or None, table)
