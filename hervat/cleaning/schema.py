"""The schema of a local system as it is now: tables, columns, primary keys and keys. Nothing about footprints.

A table that the account finds by its own name goes by that, one of another schema by "schema.table".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from hervat.cleaning.databases.copies import Copy
from hervat.cleaning.databases.keepers import Keeper
from hervat.cleaning.databases.outside import Outside
from hervat.cleaning.databases.places import Places
from hervat.cleaning.kinds import When
from hervat.cleaning.lost import LostKey
from hervat.cleaning.triggers import Trigger


@dataclass(frozen=True)
class Key:
    """Columns of `table` that name a row of `target`: a foreign key, or (`declared` false) a configured link.

    sure: the database held every row to it; not where it stands on a part, was never validated or is switched off.
    full: its columns may be null together only. unclear, to_part: see `hervat.cleaning.followed_keys`. when: of which
    kind a row must be, where the same columns name rows of several tables.
    """

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    declared: bool = True
    on_delete: str = ""
    on_update: str = ""
    when: When | None = None
    sure: bool = field(default=True, compare=False)
    full: bool = field(default=False, compare=False)
    unclear: str = field(default="", compare=False)
    to_part: str = field(default="", compare=False)

    def __str__(self) -> str:
        return (
            f"{self.table}.{self.columns[0]}" if len(self.columns) == 1 else f"{self.table}.({', '.join(self.columns)})"
        )


class Beyond(NamedTuple):
    """The columns of a foreign key to a table of a schema that is not read, and that schema."""

    columns: tuple[str, ...]
    schema: str


@dataclass(frozen=True)
class TableInfo:
    """One table. `unique` and `indexes` hold the column lists of what the database has of them.

    beyond: the keys to tables of schemas that are not read.
    """

    name: str
    sa: Table = field(compare=False, repr=False)
    primary: tuple[str, ...]
    nullable: frozenset[str]
    keys: tuple[Key, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    beyond: tuple[Beyond, ...] = ()

    @property
    def schema(self) -> str | None:
        """The schema it stands in, None for the default one."""
        return self.sa.schema

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
    """All tables of the schemas read.

    `outside` names keys that point in from a table not read; `views` the views, `copies` where a copy of a
    table's rows stands, in the order in which to refresh; `keepers` what keeps erased rows; `moving` the tables that
    the database keeps as an index of others, whose rows follow no plan; `mark` changes whenever the schema does (""
    where unknown); `lost` the keys that can't be followed; `places` where the tables stand; `unseen` what the account
    can't be told.
    """

    tables: Mapping[str, TableInfo]
    outside: tuple[Outside, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    views: frozenset[str] = frozenset()
    copies: tuple[Copy, ...] = ()
    mark: str = ""
    unfit: tuple[tuple[str, str], ...] = ()
    keepers: tuple[Keeper, ...] = ()
    moving: frozenset[str] = frozenset()
    lost: tuple[LostKey, ...] = ()
    places: Places = field(default_factory=Places)
    unseen: tuple[str, ...] = ()

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
    columns = [
        [column.name, column.info.get("type") or str(column.type), column.name in table.nullable]
        for column in table.sa.columns
    ]
    keys = sorted([list(key.columns), key.target, list(key.target_columns), key.on_delete] for key in table.keys)
    return [table.name, columns, list(table.primary), keys]
