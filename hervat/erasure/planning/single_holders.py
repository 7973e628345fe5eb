"""Rows that are erased because only one person holds them, in a table whose rows several persons may hold.

A row belongs to a person by the keys that lead to it. If such a key may be null, a second person's may never have been
filled in, and then nothing in the database says that the row is theirs too. The plan counts where that may be.
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
    """Of one table: `rows` to erase that hang from one person, by keys that may be null; `several` hang from more."""

    table: str
    keys: tuple[str, ...]
    rows: int
    several: int

    def __str__(self) -> str:
        return (
            f"{plural(self.rows, 'row')} of {self.table} to erase hang from one person, by {' or '.join(self.keys)},"
            f" which may be null, while {plural(self.several, 'row')} of that table hang from two persons or more:"
            " check whether somebody's key to them was never filled in"
        )


def lone(survey: PlanSurvey) -> tuple[Lone, ...]:
    """Return the tables of which a plan erases such rows. At most two statements a table; reads only."""
    shape, schema = survey.local.shape, survey.local.schema
    owned = {name: [holding for holding in shape.held_by(name) if holding.owned] for name in survey.reach.sets}
    nullable = {name: ways for name, ways in owned.items() if any(_may_be_null(holding, schema) for holding in ways)}
    return tuple(rows for name, holdings in nullable.items() if (rows := _lone(survey, name, holdings)))


def _may_be_null(holding: Holding, schema: Schema) -> bool:
    return bool(set(holding.key.columns) & schema[holding.holder].nullable)


def _lone(survey: PlanSurvey, table: str, holdings: list[Holding]) -> Lone | None:
    keys, connection = survey.reach.sets[table], survey.connection
    if not survey.reach.counts(connection)[table][0]:
        return None
    shared = _of_several(survey, table, holdings)
    several = connection.scalar(select(func.count()).select_from(shared.subquery())) or 0
    if not several:
        return None
    rows = keys.count(connection, keys.sa.c.lost == 0, not_(among(keys.keys, shared)))
    nullable = tuple(str(holding.key) for holding in holdings if _may_be_null(holding, survey.local.schema))
    return Lone(table, nullable, rows, several) if rows else None


def _of_several(survey: PlanSurvey, table: str, holdings: Iterable[Holding]) -> Select[Any]:
    """Return the query for the primary keys of the table's rows that hang from two persons or more."""
    pairs = union_all(*(_row_and_person(survey, table, holding) for holding in holdings)).subquery()
    *keys, person = pairs.c
    return select(*keys).group_by(*keys).having(func.count(person.distinct()) > 1)


def _row_and_person(survey: PlanSurvey, table: str, holding: Holding) -> Select[Any]:
    schema = survey.local.schema
    held, holder = schema[table].sa.alias(), schema[holding.holder].sa.alias()
    start = held.join(holder, equal(*sides(holding.key, holder, held)))
    joined, person = _climbed(survey, holding.holder, holder, start)
    keys = [held.c[name].label(f"k{at}") for at, name in enumerate(schema[table].primary)]
    return select(*keys, person.label("person")).select_from(joined)


def _climbed(
    survey: PlanSurvey, table: str, at: FromClause, joined: FromClause
) -> tuple[FromClause, ColumnElement[Any]]:
    """Return the join up to the root, as far as each table has one way up, and what tells the persons there apart."""
    shape, schema, visited = survey.local.shape, survey.local.schema, {table}
    while holding := _only_way_up(shape, table, visited):
        above = schema[holding.holder].sa.alias()
        ends = sides(holding.key, above, at) if holding.owned else sides(holding.key, at, above)
        joined, at, table = joined.join(above, equal(*ends)), above, holding.holder
        visited.add(table)
    root = next((root for root in shape.roots if root.table == table and root.path), None)
    columns: list[ColumnElement[Any]] = [at.c[name] for name in schema[table].primary]
    columns = key_columns(root.path[0], at) if root else columns
    return joined, _concatenated(survey, columns)


def _only_way_up(shape: Shape, table: str, visited: set[str]) -> Holding | None:
    holdings = shape.held_by(table)
    if len(holdings) != 1 or holdings[0].holder in visited or table in shape.root_tables:
        return None
    return holdings[0]


def _concatenated(survey: PlanSurvey, columns: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    text, *others = (database_of(survey.connection).as_text(column) for column in columns)
    for other in others:
        text = text + "/" + other
    return text
