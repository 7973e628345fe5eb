"""The schema of a local system: tables, columns, primary keys and foreign keys. Nothing about footprints."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from hervat.databases import Copy, Keeper, Outside, Places
from hervat.erasure.schema.triggers import Trigger

_WHEN = re.compile(r"\s+when(?:\s+|$)", re.IGNORECASE)
_KIND_CONDITION = re.compile(
    r"^(?P<name>[^'\"<>=!()]+?)\s*(?:=(?!=)\s*(?P<single>\S.*)|\s+in\s*\((?P<several>.*)\))$", re.IGNORECASE
)
_VALUE = re.compile(r"""\s*(?:'(?P<a>[^']*)'|"(?P<b>[^"]*)"|(?P<c>[^,'"]+?))\s*(?:,|$)""")


@dataclass(frozen=True)
class When:
    """The kind of row for which a key holds: `column`, of the same table, has one of `values`."""

    column: str
    values: tuple[Any, ...]

    def __str__(self) -> str:
        values = tuple(map(str, self.values))
        return f"{self.column} = {values[0]}" if len(values) == 1 else f"{self.column} in ({', '.join(values)})"

    def excludes(self, other: "When | None") -> bool:
        """True if no row can be of both kinds."""
        return other is not None and self.column == other.column and not set(self.values) & set(other.values)


def split_when(text: str) -> tuple[str, str | None]:
    """Return a link without its condition, and the condition after `when` (None if absent)."""
    link, *condition = _WHEN.split(text, maxsplit=1)
    return link, condition[0].strip() if condition else None


def read_kind(text: str) -> tuple[str, list[str]] | None:
    """Return the name and values of "column = value" or "column in (value, value)", None for any other text.

    Values may be in single or double quotes; blanks around unquoted values are ignored.
    """
    match = _KIND_CONDITION.match(text.strip())
    if not match:
        return None
    if match["several"] is None:
        values = [_unquoted(match["single"].strip())]
    else:
        values = _values_in(match["several"].strip())
    return (match["name"].strip(), values) if values and all(values) else None


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _values_in(text: str) -> list[str]:
    values, at = [], 0
    while at < len(text):
        match = _VALUE.match(text, at)
        if not match:
            return []
        values.append(next(part for part in (match["a"], match["b"], match["c"]) if part is not None))
        at = match.end()
    return values


@dataclass(frozen=True, order=True)
class LostKey:
    """Columns of `table` that point to `target`, but can't be followed; `target_columns`: () if the key names none.

    known: `target` is a table that is read; otherwise any table might be meant.
    """

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    why: str
    known: bool = False

    def __str__(self) -> str:
        return f"{self.name} points to {self.target}, {self.why}"

    @property
    def name(self) -> str:
        """The key as "table.column"."""
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{self.table}.{columns}"

    @property
    def fix(self) -> str:
        """The ways in which a person can resolve it."""
        column = self.columns[0]
        return (
            f'say what it means, links: ["{self.table}.{column} -> table.column"], or that it means nothing,'
            f" keep: [{self.table}]; or have the vendor fix the key"
        )


@dataclass(frozen=True)
class Key:
    """Columns of `table` that name a row of `target`: a foreign key, or (`declared` false) a configured link.

    sure: the database checked every row against it; false for a key on a part, never validated or switched off. full:
    its columns may only be NULL together. unclear, to_part: see `hervat.databases.postgresql.keys`. when: the kind that
    a row must have, where the same columns name rows of several tables.
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
        columns = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{self.table}.{columns}"


class Beyond(NamedTuple):
    """The columns of a foreign key to a table in a schema that is not read, and that schema."""

    columns: tuple[str, ...]
    schema: str


@dataclass(frozen=True)
class TableInfo:
    """One table. `unique` and `indexes` hold the column lists of its constraints and indexes.

    beyond: its keys to tables in schemas that are not read.
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
        """The schema of the table, None for the default schema."""
        return self.sa.schema

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in order."""
        return [column.name for column in self.sa.columns]

    def column(self, name: str) -> Column[Any]:
        """Return the column with that name."""
        return self.sa.c[name]

    def is_unique(self, columns: Iterable[str]) -> bool:
        """True if at most one row can hold the same values in these columns."""
        names = set(columns)
        return any(names >= set(unique) for unique in (self.primary, *self.unique) if unique)

    def is_indexed(self, columns: tuple[str, ...]) -> bool:
        """True if an index starts with these columns, in any order."""
        names = set(columns)
        return any(set(indexed[: len(columns)]) == names for indexed in (self.primary, *self.unique, *self.indexes))


@dataclass(frozen=True)
class Schema:
    """All tables of the schemas that are read.

    outside: keys that point in from tables that are not read. copies: where copies of a table's rows are, in the order
    in which to refresh them. keepers: whatever keeps erased rows. moving: tables that the database maintains as an
    index of others, whose rows follow no plan. fingerprint: changes whenever the schema does ("" if unknown). lost:
    keys that can't be followed. places: where the tables are. unseen: facts hidden from the account.
    """

    tables: Mapping[str, TableInfo]
    outside: tuple[Outside, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    views: frozenset[str] = frozenset()
    copies: tuple[Copy, ...] = ()
    fingerprint: str = ""
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
        """Return the parts of these tables that matter to a plan, for its hash."""
        return [_described(self.tables[name]) for name in sorted(names)]


def _described(table: TableInfo) -> list[Any]:
    columns = [
        [column.name, column.info.get("type") or str(column.type), column.name in table.nullable]
        for column in table.sa.columns
    ]
    keys = sorted([list(key.columns), key.target, list(key.target_columns), key.on_delete] for key in table.keys)
    return [table.name, columns, list(table.primary), keys]
