"""Foreign-key cycles: nullable keys are set to NULL first, then the tables are emptied in order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hervat.databases import Database
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.groups import Group, sorted_groups
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.statements.updates import nullable_columns


def deletion_order(shape: Shape) -> list[Group]:
    """Return groups of tables; the tables of one group point to each other in a cycle."""
    pairs = [(key.table, key.target) for key in shape.keys if key.declared]
    return sorted_groups(shape.tables, [pair for pair in pairs if set(pair) <= set(shape.tables)])


@dataclass(frozen=True)
class Cycle:
    """How the tables of a cycle are emptied: `nulled` (columns by table) in the rows to erase, then `order`.

    not_null: the keys that may not be NULL. A part of `order` with several tables is a cycle of NOT NULL keys.
    """

    nulled: dict[str, tuple[str, ...]]
    order: tuple[Group, ...]
    not_null: tuple[Key, ...]

    @property
    def tables(self) -> Group:
        """The tables in order."""
        return tuple(name for part in self.order for name in part)

    def among(self, losing: Collection[str]) -> list[Group]:
        """Return the order of the tables that lose rows; several tables in one part can't be emptied."""
        return [
            part for whole in self.order for part in _sorted([name for name in whole if name in losing], self.not_null)
        ]

    def stuck(self, losing: Collection[str]) -> list[str]:
        """Return why the tables that lose rows can't be emptied: the NOT NULL keys of each cycle among them."""
        return [
            f"{', '.join(part)} point to each other by {_names(part, self.not_null)}, none of which can be null in"
            " several rows; let the administrator allow it in one of these keys"
            for part in self.among(losing)
            if len(part) > 1
        ]


def breakable_cycles(groups: Iterable[Group], shape: Shape, schema: Schema, database: Database) -> dict[Group, Cycle]:
    """Return the cycles in which keys must be set to NULL first; {} for databases that need no such step."""
    return {group: cycle_of(group, shape, schema, database) for group in database.cycles_to_break(groups)}


def cycle_of(group: Group, shape: Shape, schema: Schema, database: Database) -> Cycle:
    """Return how the tables of one cycle are emptied. A table that points to itself is emptied by one statement."""
    inside = [key for key in shape.keys if key.declared and {key.table, key.target} <= set(group)]
    breaking = {key: _breaking(key, shape, schema, database) for key in inside if key.table != key.target}
    not_null = tuple(key for key, columns in breaking.items() if not columns)
    order = tuple(_sorted(group, not_null))
    position = {name: at for at, part in enumerate(order) for name in part}
    nulled: dict[str, tuple[str, ...]] = {}
    for key, columns in breaking.items():
        if columns and position[key.table] >= position[key.target]:
            nulled[key.table] = tuple(dict.fromkeys((*nulled.get(key.table, ()), *columns)))
    return Cycle(nulled, order, not_null)


def _sorted(names: Sequence[str], keys: Iterable[Key]) -> list[Group]:
    return sorted_groups(names, [(key.table, key.target) for key in keys if {key.table, key.target} <= set(names)])


def _names(part: Group, keys: Iterable[Key]) -> str:
    return ", ".join(str(key) for key in keys if {key.table, key.target} <= set(part))


def _breaking(key: Key, shape: Shape, schema: Schema, database: Database) -> tuple[str, ...]:
    """Return the columns that break a key when they are NULL, () if they may not be."""
    columns = nullable_columns(key, shape, schema)
    unique_keys = [unique for unique in schema[key.table].unique if set(unique) & set(columns)]
    return columns if all(database.nulls_differ(unique, columns) for unique in unique_keys) else ()
