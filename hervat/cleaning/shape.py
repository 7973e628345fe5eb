"""A footprint that fits the schema: tables, path, holders and conditions, ready to be made into SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hervat.cleaning.conditions import Condition
from hervat.cleaning.schema import Key, Schema


@dataclass(frozen=True)
class Holding:
    """One way to be held (design, Cleaning 3): rows of `holder` hold rows of `held`.

    By an `owns` key the holder's key points to the held row; by a `belongs` key the held row's key points to
    its holder, and decides only where the keys in `unless` (those before it) are null.
    """

    holder: str
    held: str
    key: Key
    owned: bool
    unless: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Shape:
    """Which rows of a system are about a registration. `tables` are those inside, the root first."""

    root: str
    person: str
    bsn: str
    path: tuple[Key, ...]
    tables: tuple[str, ...]
    links: frozenset[str]
    holdings: tuple[Holding, ...]
    conditions: tuple[Condition, ...]
    keys: tuple[Key, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The tables inside but the link tables."""
        return tuple(name for name in self.tables if name not in self.links)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The tables inside whose rows have holders: all but the root and the link tables."""
        return tuple(name for name in self.nodes if name != self.root)

    @cached_property
    def pointing_in(self) -> tuple[Key, ...]:
        """Every key, of any table, that names a row which may be erased (nothing points to link rows)."""
        return tuple(key for key in self.keys if key.target in self.nodes)

    def keys_of(self, table: str) -> list[Key]:
        """Return the keys that a table has, configured links among them."""
        return [key for key in self.keys if key.table == table]

    @cached_property
    def concerned(self) -> frozenset[str]:
        """Every table that takes part: inside, on the path, named by a condition or pointing in."""
        on_path = {name for key in self.path for name in (key.table, key.target)}
        named = {name for condition in self.conditions for name in condition.tables}
        return frozenset({*self.tables, self.person, *on_path, *named, *(key.table for key in self.pointing_in)})


def all_keys(schema: Schema, links: Iterable[Key]) -> tuple[Key, ...]:
    """Return the keys of the schema and the configured links, each once."""
    return tuple(dict.fromkeys((*schema.keys, *links)))
