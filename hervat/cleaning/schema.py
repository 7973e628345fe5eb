"""The schema of a local system as it is now: tables, columns, primary keys and keys. Nothing about footprints."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.exc import SAWarning

from hervat.cleaning.databases import database_of
from hervat.cleaning.triggers import Trigger, read_triggers


@dataclass(frozen=True)
class Key:
    """Columns of `table` that name a row of `target`: a foreign key, or (`declared` false) a configured link."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    declared: bool = True
    on_delete: str = ""

    def __str__(self) -> str:
        return (
            f"{self.table}.{self.columns[0]}" if len(self.columns) == 1 else f"{self.table}.({', '.join(self.columns)})"
        )


@dataclass(frozen=True)
class TableInfo:
    """One table. `unique` and `indexes` hold the column lists of what the database has of them."""

    name: str
    sa: Table = field(compare=False, repr=False)
    primary: tuple[str, ...]
    nullable: frozenset[str]
    keys: tuple[Key, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in their order."""
        return [column.name for column in self.sa.columns]

    def column(self, name: str) -> Column[Any]:
        """Return the column of that name."""
        return self.sa.c[name]

    def is_unique(self, columns: Iterable[str]) -> bool:
        """Say whether at most one row can hold the same values in these columns."""
        wanted = set(columns)
        return any(wanted >= set(one) for one in (self.primary, *self.unique) if one)

    def is_indexed(self, columns: tuple[str, ...]) -> bool:
        """Say whether some index starts with these columns."""
        wanted = set(columns)
        return any(set(one[: len(columns)]) == wanted for one in (self.primary, *self.unique, *self.indexes))


@dataclass(frozen=True)
class Schema:
    """All tables of the default schema; `outside` names cascading keys that point in from another schema."""

    tables: Mapping[str, TableInfo]
    outside: tuple[tuple[str, str], ...] = ()
    triggers: tuple[Trigger, ...] = ()

    def __getitem__(self, name: str) -> TableInfo:
        return self.tables[name]

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every key of every table."""
        return tuple(key for name in sorted(self.tables) for key in self.tables[name].keys)

    def described(self, names: Iterable[str]) -> list[Any]:
        """Return what of these tables matters to a plan, for its hash."""
        return [_described(self.tables[name]) for name in sorted(names)]


def _described(table: TableInfo) -> list[Any]:
    columns = [[column.name, str(column.type), column.name in table.nullable] for column in table.sa.columns]
    keys = sorted([list(key.columns), key.target, list(key.target_columns), key.on_delete] for key in table.keys)
    return [table.name, columns, list(table.primary), keys]


def read_schema(connection: Connection) -> Schema:
    """Reflect the default schema: its tables, not views; of a partitioned table the whole, not the parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy is no obstacle
        look, database = inspect(connection), database_of(connection)
        names = {name.lower(): name for name in look.get_table_names()}
        for part in database.partitions(connection, None):
            names.pop(part.lower(), None)
        exact = {name: name for name in names.values()}
        known = {**names, **exact} if database.typeless else exact
        tables = {name: _table(look, name, known) for name in sorted(exact)}
    return Schema(tables, tuple(database.cascades_from_outside(connection)), read_triggers(connection, tables))


def _table(look: Any, name: str, known: Mapping[str, str]) -> TableInfo:
    columns = look.get_columns(name)
    primary = tuple(look.get_pk_constraint(name)["constrained_columns"])
    table = Table(name, MetaData(), *(Column(one["name"], one["type"]) for one in columns))
    spelled = {one["name"].lower(): one["name"] for one in columns}
    keys = {_key(name, one, known, spelled): None for one in look.get_foreign_keys(name) if _inside(one, known)}
    unique = tuple(tuple(one["column_names"]) for one in look.get_unique_constraints(name))
    found = [one for one in look.get_indexes(name) if all(one["column_names"])]
    plain = [one for one in found if not any("where" in option for option in one.get("dialect_options", {}))]
    return TableInfo(
        name=name,
        sa=table,
        primary=primary,
        nullable=frozenset(one["name"] for one in columns if one["nullable"] and one["name"] not in primary),
        keys=tuple(sorted(keys, key=lambda key: (key.columns, key.target, key.target_columns))),
        unique=unique + tuple(tuple(one["column_names"]) for one in plain if one["unique"]),
        indexes=tuple(tuple(one["column_names"]) for one in plain),
    )


def _inside(found: ReflectedForeignKeyConstraint, known: Mapping[str, str]) -> bool:
    return not found["referred_schema"] and _known(found["referred_table"], known) is not None


def _known(name: str, known: Mapping[str, str]) -> str | None:
    return known.get(name) or known.get(name.lower())


def _key(table: str, found: ReflectedForeignKeyConstraint, known: Mapping[str, str], spelled: Mapping[str, str]) -> Key:
    target = _known(found["referred_table"], known) or ""
    columns = tuple(spelled.get(name.lower(), name) for name in found["constrained_columns"])
    action = str(found.get("options", {}).get("ondelete") or "")
    return Key(table, columns, target, tuple(found["referred_columns"]), on_delete=action.upper())
