"""Root rows joined to the keys of their person and to the columns that decide the law."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause

from hervat.databases import Database
from hervat.erasure.footprint.shape import RootTable, Shape
from hervat.erasure.schema.joins import equal, sides
from hervat.erasure.schema.model import Schema
from hervat.erasure.selection.verdict import Said, said_of, verdict_of


@dataclass(frozen=True)
class Rooted:
    """What to select from: `joined`, with the root row, the person row its path leads to, and what is said of it."""

    joined: FromClause
    root: FromClause
    person: FromClause
    said: Said

    @property
    def verdict(self) -> ColumnElement[int]:
        """What is said, as a number: 1 true, 0 false, NULL unknown."""
        return verdict_of(self.said)


def rooted(
    root: RootTable, shape: Shape, schema: Schema, database: Database, person: FromClause | None = None
) -> Rooted:
    """Return the join from a root to the person and what it says of each root row.

    person: another table in the place of the person table, with those of its columns that are met.
    """
    start: FromClause = schema[root.table].sa
    on_path, joined, at = {root.table: start}, start, start
    for key in root.path:
        last = key is root.path[-1]
        target = person if last and person is not None else schema[key.target].sa.alias()
        joined = joined.join(target, equal(*sides(key, at, target)))
        on_path[key.target] = at = target
    return Rooted(joined, start, at, said_of(root, shape, schema, on_path, database))


def met_columns(shape: Shape) -> list[str]:
    """Return the columns of the person table by which roots lead to it or that their conditions read."""
    led = [name for root in shape.roots for key in root.path[-1:] for name in key.target_columns]
    read = [one.column for root in shape.roots for one in root.conditions if one.table == shape.person and not one.keys]
    return list(dict.fromkeys([*led, *read]))
