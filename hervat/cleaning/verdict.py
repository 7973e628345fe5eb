"""Whether a root row is about the Wi2021, in SQL and in three values: 1 true, 0 false, NULL unknown."""

from collections.abc import Mapping

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

from hervat.cleaning.comparing import compared
from hervat.cleaning.conditions import Condition
from hervat.cleaning.databases import Database
from hervat.cleaning.joining import among, equal, sides
from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.shape import RootTable, Shape

Said = ColumnElement[bool]
"""True, false or (NULL) unknown: SQL's own three values, so that AND over all conditions says what it should."""


def said_of(
    root: RootTable, shape: Shape, schema: Schema, on_path: Mapping[str, FromClause], database: Database
) -> Said:
    """Return what the conditions say of a root row, given the tables that are joined on its path to the person."""
    parts = [_said(condition, schema, on_path, database) for condition in root.conditions]
    parts += [_one_target(key, schema, on_path) for key in root.path if _may_lead_to_several(key, shape, schema)]
    return and_(true(), *parts)


def verdict_of(said: Said) -> ColumnElement[int]:
    """Return what is said as a number: 1 true, 0 false, NULL unknown."""
    return case((said, 1), (not_(said), 0))


def _said(condition: Condition, schema: Schema, on_path: Mapping[str, FromClause], database: Database) -> Said:
    if not condition.keys:
        return _comparison(condition, on_path[condition.table], database)
    return _over_keys(condition, schema, on_path[condition.keys[0].table], database) == 1


def _comparison(condition: Condition, source: FromClause, database: Database) -> ColumnElement[bool]:
    return compared(source.c[condition.column], condition.op, condition.values, database, condition.apart)


def _over_keys(condition: Condition, schema: Schema, root: FromClause, database: Database) -> ColumnElement[int]:
    """Return the verdict on the row that the keys lead to; no row, or rows that disagree: unknown."""
    steps = [schema[key.target].sa.alias() for key in condition.keys]
    first, *others = condition.keys
    joined: FromClause = steps[0]
    for key, source, target in zip(others, steps, steps[1:], strict=False):
        joined = joined.join(target, equal(*sides(key, source, target)))
    said = verdict_of(_comparison(condition, steps[-1], database))
    agreed = case((and_(func.min(said) == func.max(said), func.count(said) == func.count()), func.min(said)))
    wanted = select(agreed).select_from(joined).where(equal(*sides(first, root, steps[0])))
    return wanted.correlate(root).scalar_subquery()


def _may_lead_to_several(key: Key, shape: Shape, schema: Schema) -> bool:
    # Two person rows with one BSN are found as doubles, not here.
    to_bsn = key.target == shape.person and key.target_columns == (shape.bsn,)
    return not key.declared and not to_bsn and not schema[key.target].is_unique(key.target_columns)


def _one_target(key: Key, schema: Schema, on_path: Mapping[str, FromClause]) -> Said:
    """Return unknown for a root whose link names several rows: whose registration it is can't be said."""
    target = schema[key.target].sa.alias()
    left, right = sides(key, on_path[key.table], target)
    several = select(*right).group_by(*right).having(func.count() > 1)
    return case((not_(among(left, several)), 1)) == 1
