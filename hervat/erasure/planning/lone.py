"""What no key tells: rows that go because one person alone holds them, in a table whose rows others share.

A row is a person's by the keys that lead to it. Where such a key may be null, a second person's may never have been
filled in, and then nothing in the database says that the row is his too. The plan counts where that may be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, not_, select, union_all

from hervat.databases import database_of
from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import among, equal, key_columns, sides
from hervat.erasure.schema.model import Schema
from hervat.plural import plural


@dataclass(frozen=True)
class Lone:
    """Of one table: `rows` that go and hang from one person, by keys that may be null; `several` hang from more."""

    table: str
    keys: tuple[str, ...]
    rows: int
    several: int

    def __str__(self) -> str:
        return (
            f"{plural(self.rows, 'row')} of {self.table} to erase hang from one person, by {' or '.join(self.keys)},"
            f" which may be null, while {plural(self.several, 'row')} of that table hang from two persons or more:"
            " see whether somebody's key to them was never filled in"
        )


def lone(survey: PlanSurvey) -> tuple[Lone, ...]:
    """Return the tables of which a plan erases such rows. Two statements a table at most; reads only."""
    shape, schema = survey.local.shape, survey.local.schema
    owned = {name: [one for one in shape.held_by(name) if one.owned] for name in survey.reach.sets}
    able = {name: ways for name, ways in owned.items() if any(_may_be_null(one, schema) for one in ways)}
    return tuple(found for name, ways in able.items() if (found := _lone(survey, name, ways)))


def _may_be_null(one: Holding, schema: Schema) -> bool:
    return bool(set(one.key.columns) & schema[one.holder].nullable)


def _lone(survey: PlanSurvey, table: str, ways: list[Holding]) -> Lone | None:
    set_, schema, connection = survey.reach.sets[table], survey.local.schema, survey.connection
    if not set_.count(connection, set_.sa.c.lost == 0):
        return None
    several = _several(survey, table, ways)
    count = connection.scalar(select(func.count()).select_from(several.subquery())) or 0
    if not count:
        return None
    rows = set_.count(connection, set_.sa.c.lost == 0, not_(among(set_.keys, several)))
    keys = tuple(str(one.key) for one in ways if _may_be_null(one, schema))
    return Lone(table, keys, rows, count) if rows else None


def _several(survey: PlanSurvey, table: str, ways: Iterable[Holding]) -> Select[Any]:
    """Return the primary keys of the rows of the whole table that hang from two persons or more."""
    each = union_all(*(_held(survey, table, one) for one in ways)).subquery()
    *keys, person = each.c
    return select(*keys).group_by(*keys).having(func.count(person.distinct()) > 1)


def _held(survey: PlanSurvey, table: str, one: Holding) -> Select[Any]:
    schema = survey.local.schema
    held, holder = schema[table].sa.alias(), schema[one.holder].sa.alias()
    joined, person = _climbed(survey, one.holder, holder, held.join(holder, equal(*sides(one.key, holder, held))))
    keys = [held.c[name].label(f"k{at}") for at, name in enumerate(schema[table].primary)]
    return select(*keys, person.label("person")).select_from(joined)


def _climbed(
    survey: PlanSurvey, table: str, at: FromClause, joined: FromClause
) -> tuple[FromClause, ColumnElement[Any]]:
    """Join upwards to the root as far as each table has one way up; return what tells the persons there apart."""
    shape, schema, met = survey.local.shape, survey.local.schema, {table}
    while one := _only_way(shape, table, met):
        above = schema[one.holder].sa.alias()
        ends = sides(one.key, above, at) if one.owned else sides(one.key, at, above)
        joined, at, table = joined.join(above, equal(*ends)), above, one.holder
        met.add(table)
    root = next((one for one in shape.roots if one.table == table and one.path), None)
    columns: list[ColumnElement[Any]] = [at.c[name] for name in schema[table].primary]
    columns = key_columns(root.path[0], at) if root else columns
    return joined, _as_one(survey, columns)


def _only_way(shape: Shape, table: str, met: set[str]) -> Holding | None:
    ways = shape.held_by(table)
    return ways[0] if len(ways) == 1 and ways[0].holder not in met and table not in shape.root_tables else None


def _as_one(survey: PlanSurvey, columns: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    first, *others = (database_of(survey.connection).as_text(one) for one in columns)
    for one in others:
        first = first + "/" + one
    return first
