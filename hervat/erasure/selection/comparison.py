"""Which law a root is under, as three-valued SQL: true, false or unknown."""

import operator
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
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
    type_coerce,
    types,
)

from hervat.databases import Database, ToTheLetter, is_loose, is_text
from hervat.erasure.footprint.conditions import is_day
from hervat.erasure.footprint.polymorphic import looks_like_condition

Comparison = Callable[[Any, Any], ColumnElement[bool]]
_OPERATORS: dict[str, Comparison] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(
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
    if isinstance(kind, Numeric | Integer | types.Boolean) and database.typeless:
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
    near = looks_like_condition(exact, values, apart, database)
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
    if database.typeless:
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
