"""A footprint resolved on the schema, ready to become SQL: tables and their parts, path, holders and conditions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hervat.erasure.footprint.conditions import Condition
from hervat.erasure.schema.model import Key, Schema


@dataclass(frozen=True)
class Holding:
    """One way to be held (design, Cleaning 3): rows of `holder` hold rows of `held`.

    By an `owns` key the holder's key points to the held row; by a `belongs` key the held row's key points to its
    holder, and decides only where the keys in `unless` (those before it) are NULL.
    """

    holder: str
    held: str
    key: Key
    owned: bool
    unless: tuple[Key, ...] = ()


@dataclass(frozen=True)
class RootTable:
    """A table whose rows put a person under the Wi2021. `path`: the keys from such a row to the person."""

    table: str
    path: tuple[Key, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Shape:
    """The rows of a system that are about a registration. `tables` are those inside, the roots first."""

    roots: tuple[RootTable, ...]
    person: str
    bsn: str
    tables: tuple[str, ...]
    links: frozenset[str]
    holdings: tuple[Holding, ...]
    keys: tuple[Key, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def root_tables(self) -> tuple[str, ...]:
        """The names of the root tables."""
        return tuple(root.table for root in self.roots)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The tables inside, without the link tables."""
        return tuple(name for name in self.tables if name not in self.links)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The tables inside whose rows have holders: neither roots nor link tables."""
        return tuple(name for name in self.nodes if name not in self.root_tables)

    @cached_property
    def pointing_in(self) -> tuple[Key, ...]:
        """Every key, of any table, that names a row which may be erased (nothing points to link rows)."""
        return tuple(key for key in self.keys if key.target in self.nodes)

    def held_by(self, table: str) -> list[Holding]:
        """Return the ways in which rows of a table are held."""
        return [holding for holding in self.holdings if holding.held == table]

    def keys_of(self, table: str) -> list[Key]:
        """Return the keys of a table, configured links included."""
        return [key for key in self.keys if key.table == table]

    @cached_property
    def concerned(self) -> frozenset[str]:
        """Every table that takes part: inside, on the path, named by a condition or pointing in."""
        on_path = {name for root in self.roots for key in root.path for name in (key.table, key.target)}
        named = {name for root in self.roots for condition in root.conditions for name in condition.tables}
        return frozenset({*self.tables, self.person, *on_path, *named, *(key.table for key in self.pointing_in)})


def all_keys(schema: Schema, links: Iterable[Key]) -> tuple[Key, ...]:
    """Return the keys of the schema and the configured links, without repeats."""
    return tuple(dict.fromkeys((*schema.keys, *links)))


# In the order in which they are shown.
PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN = (
    "person", "path", "root", "held", "link", "nulled", "kept", "plain",
)  # fmt: skip
PARTS = (PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN)
INSIDE = (ROOT, HELD, LINK)


def parts_of(shape: Shape, keep: Iterable[str] = ()) -> dict[str, str]:
    """Return the part of every table that takes part: person first, then root to leaf, then the tables outside.

    keep: the tables that the footprint never enters.
    """
    parts = {shape.person: PERSON} | {key.table: PATH for key in path_keys(shape)}
    for table in shape.tables:
        parts[table] = ROOT if table in shape.root_tables else LINK if table in shape.links else HELD
    kept = set(keep)
    for key in shape.pointing_in:
        parts.setdefault(key.table, KEPT if key.table in kept else NULLED)
    for key in shape.keys:
        if key.table in shape.tables:
            parts.setdefault(key.target, KEPT if key.target in kept else PLAIN)
    return parts


def path_keys(shape: Shape) -> tuple[Key, ...]:
    """Return the keys by which roots lead to the person, each once, nearest to the person first."""
    return tuple(dict.fromkeys(key for root in shape.roots for key in reversed(root.path)))


def words_of(key: Key) -> str:
    """Return a key as table.column, or table.column+column, with the kind that it is bound to."""
    when = f" when {key.when}" if key.when else ""
    return f"{key.table}.{'+'.join(key.columns)}{when}"
