"""Comparisons of a column with configured values, as three-valued SQL: true, false or unknown."""

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
    column: ColumnElement[Any],
    op: str,
    values: tuple[Any, ...],
    database: Database,
    named_elsewhere: Collection[Any] = (),
) -> ColumnElement[bool]:
    """SQL condition: `column op values`; several values mean any of them. Texts are compared to the letter.

    named_elsewhere: texts in other conditions on this column, see `looks_like_condition`.
    """
    if not values:
        return column.is_(None) if op == "is null" else column.is_not(None)
    type_ = column.type
    if isinstance(type_, Date | DateTime):
        return _any(lambda value: _moment(column, op, value, database), values)
    if is_text(type_) and all(map(is_day, values)):
        return _any(lambda value: _as_text(column, op, str(value), 10, database), values)
    if is_text(type_) or (isinstance(type_, types.NullType) and isinstance(values[0], str)):
        return _text(column, op, values, database, named_elsewhere)
    if isinstance(type_, Numeric | Integer | types.Boolean) and not database.holds(column):
        return _number(column, op, values, database)
    return column.in_(values) if len(values) > 1 else _OPERATORS[op](column, values[0])


def _text(
    column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database, named_elsewhere: Collection[Any]
) -> ColumnElement[bool]:
    """Compare to the letter, whatever the column's collation; a text that only looks like a value is unknown."""
    if isinstance(column.type, types.CHAR):
        column = func.rtrim(column, type_=column.type)
    exact = ToTheLetter(column) if is_loose(column.type) or op not in ("=", "!=") else column
    if op not in ("=", "!="):
        return _any(lambda value: _OPERATORS[op](exact, value), values)
    near = looks_like_condition(exact, values, named_elsewhere, database)
    if op == "=":
        return or_(exact.in_(values), and_(near, _unknown()))
    return and_(exact.not_in(values), or_(not_(near), _unknown()))


def _unknown() -> ColumnElement[bool]:
    """Return NULL as a truth value, in a form that every database accepts."""
    return func.nullif(literal(1, Integer), literal(1, Integer), type_=Integer()) == 1


def _number(column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database) -> ColumnElement[bool]:
    """Compare in a database that does not enforce types: a text in a column of numbers is unknown."""
    known = database.is_number(column)
    if isinstance(column.type, Numeric) and not isinstance(column.type, Integer):
        column, values = type_coerce(column, types.Float()), tuple(float(value) for value in values)
    compared = column.in_(values) if len(values) > 1 else _OPERATORS[op](column, values[0])
    condition: ColumnElement[bool] = case((known, compared))
    return condition


def _any(condition_for: Callable[[Any], ColumnElement[bool]], values: tuple[Any, ...]) -> ColumnElement[bool]:
    condition = condition_for(values[0])
    for value in values[1:]:
        condition = condition | condition_for(value)
    return condition


def _moment(column: ColumnElement[Any], op: str, value: date | datetime, database: Database) -> ColumnElement[bool]:
    """Compare by day if a day is given, else to the second; without enforced types both are ISO text."""
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
    # A text that is not an ISO date sorts anywhere: it must come out unknown, not true.
    plain = type_coerce(column, String())
    begin = func.replace(func.substr(plain, 1, length), "T", " ", type_=String())
    condition: ColumnElement[bool] = case((database.is_iso_day(plain), _OPERATORS[op](begin, value)))
    return condition
