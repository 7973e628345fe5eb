"""Foreign-key cycles: nullable keys are set to NULL first, then the tables are emptied in order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hervat.databases import Database
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.groups import Group, sorted_groups
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.statements.nulling import to_null


def deletion_order(shape: Shape) -> list[Group]:
    """Return groups of tables; the tables of one group point to each other in a circle."""
    points = [(key.table, key.target) for key in shape.keys if key.declared]
    return sorted_groups(shape.tables, [(a, b) for a, b in points if a in shape.tables and b in shape.tables])


@dataclass(frozen=True)
class Circle:
    """How the tables of a circle are emptied: `nulled` (columns by table) in the rows that go, then `order`.

    firm: the keys that may not be null. A part of `order` with several tables is a circle of firm keys.
    """

    nulled: dict[str, tuple[str, ...]]
    order: tuple[Group, ...]
    firm: tuple[Key, ...]

    @property
    def tables(self) -> Group:
        """The tables in their order."""
        return tuple(name for part in self.order for name in part)

    def among(self, met: Collection[str]) -> list[Group]:
        """Return the order of those tables that lose rows; several in one part can't be emptied."""
        return [part for whole in self.order for part in _sorted([name for name in whole if name in met], self.firm)]

    def stuck(self, met: Collection[str]) -> list[str]:
        """Return why those tables can't be emptied that lose rows: the firm keys of each circle among them."""
        return [
            f"{', '.join(part)} point to each other by {_named(part, self.firm)}, none of which can be null in several"
            " rows; let the administrator allow it in one of these keys"
            for part in self.among(met)
            if len(part) > 1
        ]


def circles(groups: Iterable[Group], shape: Shape, schema: Schema, database: Database) -> dict[Group, Circle]:
    """Return the circles among groups of tables, where keys must be set to null in them; {} for other databases."""
    return {group: circle_of(group, shape, schema, database) for group in database.cycles_to_break(groups)}


def circle_of(group: Group, shape: Shape, schema: Schema, database: Database) -> Circle:
    """Return how the tables of one circle are emptied. A table that points to itself is emptied by one statement."""
    inside = [key for key in shape.keys if key.declared and {key.table, key.target} <= set(group)]
    able = {key: _breaking(key, shape, schema, database) for key in inside if key.table != key.target}
    firm = tuple(key for key, columns in able.items() if not columns)
    order = tuple(_sorted(group, firm))
    place = {name: at for at, part in enumerate(order) for name in part}
    nulled: dict[str, tuple[str, ...]] = {}
    for key, columns in able.items():
        if columns and place[key.table] >= place[key.target]:
            nulled[key.table] = tuple(dict.fromkeys((*nulled.get(key.table, ()), *columns)))
    return Circle(nulled, order, firm)


def _sorted(names: Sequence[str], keys: Iterable[Key]) -> list[Group]:
    return sorted_groups(names, [(one.table, one.target) for one in keys if {one.table, one.target} <= set(names)])


def _named(part: Group, keys: Iterable[Key]) -> str:
    return ", ".join(str(key) for key in keys if {key.table, key.target} <= set(part))


def _breaking(key: Key, shape: Shape, schema: Schema, database: Database) -> tuple[str, ...]:
    """Return the columns that break a key when they are null, () where they may not be."""
    columns = to_null(key, shape, schema)
    uniques = [one for one in schema[key.table].unique if set(one) & set(columns)]
    return columns if all(database.nulls_differ(one, columns) for one in uniques) else ()
