"""Root rows joined to their person, with the verdict: the law a root is under, as three-valued SQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    func,
    not_,
    select,
    true,
)

from hervat.databases import Database
from hervat.erasure.footprint.conditions import Condition
from hervat.erasure.footprint.shape import RootTable, Shape
from hervat.erasure.schema.joins import among, equal, sides
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.selection.comparison import comparison
from hervat.erasure.system import LocalSystem

ThreeValued = ColumnElement[bool]
"""True, false or (NULL) unknown: SQL's own three values, so that AND over all conditions means what it should."""


@dataclass(frozen=True)
class RootJoin:
    """A query source: `joined`, with the root row, the person row its path leads to, and the root's condition."""

    joined: FromClause
    root: FromClause
    person: FromClause
    condition: ThreeValued

    @property
    def verdict(self) -> ColumnElement[int]:
        """The condition as a number: 1 true, 0 false, NULL unknown."""
        return as_verdict(self.condition)


def join_root(
    root: RootTable, shape: Shape, schema: Schema, database: Database, person: FromClause | None = None
) -> RootJoin:
    """Return the join from a root to the person, with the condition on each root row.

    person: a table to use instead of the person table, with the columns that `person_columns` names.
    """
    start: FromClause = schema[root.table].sa
    on_path, joined, at = {root.table: start}, start, start
    for key in root.path:
        last = key is root.path[-1]
        target = person if last and person is not None else schema[key.target].sa.alias()
        joined = joined.join(target, equal(*sides(key, at, target)))
        on_path[key.target] = at = target
    return RootJoin(joined, start, at, root_condition(root, shape, schema, on_path, database))


def root_join(local: LocalSystem, root: RootTable, person: FromClause | None = None) -> RootJoin:
    """Return what `join_root` does, the same objects each time for the same person table."""
    joins: dict[tuple[str, FromClause | None], RootJoin] = local.remembered.setdefault("joins", {})
    if (root.table, person) not in joins:
        joins[root.table, person] = join_root(root, local.shape, local.schema, local.database, person)
    return joins[root.table, person]


def person_columns(shape: Shape) -> list[str]:
    """Return the columns of the person table that root paths lead to or conditions read."""
    path_columns = [name for root in shape.roots for key in root.path[-1:] for name in key.target_columns]
    read_columns = [
        condition.column
        for root in shape.roots
        for condition in root.conditions
        if condition.table == shape.person and not condition.keys
    ]
    return list(dict.fromkeys([*path_columns, *read_columns]))


def root_condition(
    root: RootTable, shape: Shape, schema: Schema, on_path: Mapping[str, FromClause], database: Database
) -> ThreeValued:
    """SQL condition: the root row falls under the law, given the tables joined on its path to the person."""
    terms = [_condition_term(condition, schema, on_path, database) for condition in root.conditions]
    terms += [
        _one_target_condition(key, schema, on_path) for key in root.path if _may_lead_to_several(key, shape, schema)
    ]
    return and_(true(), *terms)


def as_verdict(condition: ThreeValued) -> ColumnElement[int]:
    """Return a condition as a number: 1 true, 0 false, NULL unknown."""
    return case((condition, 1), (not_(condition), 0))


def _condition_term(
    condition: Condition, schema: Schema, on_path: Mapping[str, FromClause], database: Database
) -> ThreeValued:
    if not condition.keys:
        return _column_comparison(condition, on_path[condition.table], database)
    return _over_keys(condition, schema, on_path[condition.keys[0].table], database) == 1


def _column_comparison(condition: Condition, source: FromClause, database: Database) -> ColumnElement[bool]:
    return comparison(source.c[condition.column], condition.op, condition.values, database, condition.named_elsewhere)


def _over_keys(condition: Condition, schema: Schema, root: FromClause, database: Database) -> ColumnElement[int]:
    """Return the verdict on the row that the keys lead to; no row, or rows that disagree: unknown."""
    steps = [schema[key.target].sa.alias() for key in condition.keys]
    first, *others = condition.keys
    joined: FromClause = steps[0]
    for key, source, target in zip(others, steps, steps[1:], strict=False):
        joined = joined.join(target, equal(*sides(key, source, target)))
    verdict = as_verdict(_column_comparison(condition, steps[-1], database))
    unanimous = case(
        (and_(func.min(verdict) == func.max(verdict), func.count(verdict) == func.count()), func.min(verdict))
    )
    query = select(unanimous).select_from(joined).where(equal(*sides(first, root, steps[0])))
    return query.correlate(root).scalar_subquery()


def _may_lead_to_several(key: Key, shape: Shape, schema: Schema) -> bool:
    # Two person rows with one BSN are reported as doubles, not here.
    to_bsn = key.target == shape.person and key.target_columns == (shape.bsn,)
    return not key.declared and not to_bsn and not schema[key.target].is_unique(key.target_columns)


def _one_target_condition(key: Key, schema: Schema, on_path: Mapping[str, FromClause]) -> ThreeValued:
    """SQL condition: unknown for a root whose link names several rows: its person is ambiguous."""
    target = schema[key.target].sa.alias()
    left, right = sides(key, on_path[key.table], target)
    several = select(*right).group_by(*right).having(func.count() > 1)
    return case((not_(among(left, several)), 1)) == 1
