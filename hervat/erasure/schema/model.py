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
_SAID = re.compile(
    r"^(?P<name>[^'\"<>=!()]+?)\s*(?:=(?!=)\s*(?P<one>\S.*)|\s+in\s*\((?P<several>.*)\))$", re.IGNORECASE
)
_VALUE = re.compile(r"""\s*(?:'(?P<a>[^']*)'|"(?P<b>[^"]*)"|(?P<c>[^,'"]+?))\s*(?:,|$)""")


@dataclass(frozen=True)
class When:
    """The key holds where `column`, of the same table, has one of `values`; elsewhere it names nothing."""

    column: str
    values: tuple[Any, ...]

    def __str__(self) -> str:
        values = tuple(map(str, self.values))
        return f"{self.column} = {values[0]}" if len(values) == 1 else f"{self.column} in ({', '.join(values)})"

    def excludes(self, other: "When | None") -> bool:
        """Say whether no row can be of both kinds."""
        return other is not None and self.column == other.column and not set(self.values) & set(other.values)


def split_when(text: str) -> tuple[str, str | None]:
    """Return a link without its condition, and the condition behind `when` (None where there is none)."""
    link, *said = _WHEN.split(text, maxsplit=1)
    return link, said[0].strip() if said else None


def read_kind(said: str) -> tuple[str, list[str]] | None:
    """Return the name and the values of "column = value" or "column in (value, value)", None where it is neither.

    A value may stand in quotes, single or double; without them blanks around it are no part of it.
    """
    found = _SAID.match(said.strip())
    if not found:
        return None
    if found["several"] is None:
        values = [_plain(found["one"].strip())]
    else:
        values = _listed(found["several"].strip())
    return (found["name"].strip(), values) if values and all(values) else None


def _plain(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _listed(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        one = _VALUE.match(text, at)
        if not one:
            return []
        found.append(next(part for part in (one["a"], one["b"], one["c"]) if part is not None))
        at = one.end()
    return found


@dataclass(frozen=True, order=True)
class LostKey:
    """Columns of `table` that point to `target`; `wanted`: its columns, () where the key names none.

    known: `target` is a table that is read; else any table might be meant.
    """

    table: str
    columns: tuple[str, ...]
    target: str
    wanted: tuple[str, ...]
    why: str
    known: bool = False

    def __str__(self) -> str:
        return f"{self.name} points to {self.target}, {self.why}"

    @property
    def name(self) -> str:
        """The key as "table.column"."""
        one = self.columns[0] if len(self.columns) == 1 else f"({', '.join(self.columns)})"
        return f"{self.table}.{one}"

    @property
    def mend(self) -> str:
        """What a person does about it."""
        column = self.columns[0]
        return (
            f'say what it means, links: ["{self.table}.{column} -> table.column"], or that it means nothing,'
            f" keep: [{self.table}]; or let the vendor mend the key"
        )


@dataclass(frozen=True)
class Key:
    """Columns of `table` that name a row of `target`: a foreign key, or (`declared` false) a configured link.

    sure: the database held every row to it; not where it stands on a part, was never validated or is switched off.
    full: its columns may be null together only. unclear, to_part: see `hervat.erasure.schema.reflect`. when: of which
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
