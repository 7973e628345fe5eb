"""Which law a root is under, as three-valued SQL: true, false or unknown."""

import operator
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
    types,
)

from hervat.databases import Database, ToTheLetter, is_loose, is_text
from hervat.erasure.footprint.conditions import Condition, is_day
from hervat.erasure.footprint.polymorphic import looks_like
from hervat.erasure.footprint.shape import RootTable, Shape
from hervat.erasure.schema.joins import among, equal, sides
from hervat.erasure.schema.model import Key, Schema

Comparison = Callable[[Any, Any], ColumnElement[bool]]
_OPERATORS: dict[str, Comparison] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(
    column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database, apart: Collection[Any] = ()
) -> ColumnElement[bool]:
    """Return `column op values`; several values mean any of them. Texts are compared to the letter.

    apart: texts that stand in other conditions on this column, see `looks_like`.
    """
    if not values:
        return column.is_(None) if op == "is null" else column.is_not(None)
    kind = column.type
    if isinstance(kind, Date | DateTime):
        return _any(lambda one: _moment(column, op, one, database), values)
    if is_text(kind) and all(map(is_day, values)):
        return _any(lambda one: _as_text(column, op, str(one), 10, database), values)
    if is_text(kind) or (isinstance(kind, types.NullType) and isinstance(values[0], str)):
        return _text(column, op, values, database, apart)
    if isinstance(kind, Numeric | Integer | types.Boolean) and not database.holds(column):
        return _number(column, op, values, database)
    return column.in_(values) if len(values) > 1 else _OPERATORS[op](column, values[0])


def _text(
    column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database, apart: Collection[Any]
) -> ColumnElement[bool]:
    """Compare to the letter, whatever the column's collation; what only looks like a value is unknown."""
    if isinstance(column.type, types.CHAR):
        column = func.rtrim(column, type_=column.type)
    exact = ToTheLetter(column) if is_loose(column.type) or op not in ("=", "!=") else column
    if op not in ("=", "!="):
        return _any(lambda one: _OPERATORS[op](exact, one), values)
    near = looks_like(exact, values, apart, database)
    if op == "=":
        return or_(exact.in_(values), and_(near, _unknown()))
    return and_(exact.not_in(values), or_(not_(near), _unknown()))


def _unknown() -> ColumnElement[bool]:
    """Return NULL as a truth value, in words that every database reads."""
    return func.nullif(literal(1, Integer), literal(1, Integer), type_=Integer()) == 1


def _number(column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database) -> ColumnElement[bool]:
    """Compare where types do not bind: a text in a column of numbers is none, and what it means is unknown."""
    known = database.is_number(column)
    if isinstance(column.type, Numeric) and not isinstance(column.type, Integer):
        column, values = type_coerce(column, types.Float()), tuple(float(one) for one in values)
    said = column.in_(values) if len(values) > 1 else _OPERATORS[op](column, values[0])
    comparison: ColumnElement[bool] = case((known, said))
    return comparison


def _any(one: Callable[[Any], ColumnElement[bool]], values: tuple[Any, ...]) -> ColumnElement[bool]:
    found = one(values[0])
    for value in values[1:]:
        found = found | one(value)
    return found


def _moment(column: ColumnElement[Any], op: str, value: date | datetime, database: Database) -> ColumnElement[bool]:
    """Compare by day where a day is given, else to the second; where types do not bind, both lie there as ISO text."""
    if not database.holds(column):
        length = 10 if is_day(value) else 19
        return _as_text(
            column,
            op,
            value.isoformat(" ")[:19] if isinstance(value, datetime) else str(value),
            length,
            database,
        )
    if isinstance(column.type, DateTime) and is_day(value):
        column = cast(column, Date)
    return _OPERATORS[op](column, value)


def _as_text(column: ColumnElement[Any], op: str, value: str, length: int, database: Database) -> ColumnElement[bool]:
    # A text that is no ISO date sorts anywhere: it must come out unknown, not true.
    plain = type_coerce(column, String())
    begin = func.replace(func.substr(plain, 1, length), "T", " ", type_=String())
    comparison: ColumnElement[bool] = case((database.is_iso_day(plain), _OPERATORS[op](begin, value)))
    return comparison


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
