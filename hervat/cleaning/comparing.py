"""One comparison of a condition in SQL. Where the column can't hold what is compared, it is NULL: unknown."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    String,
    case,
    cast,
    func,
    type_coerce,
    types,
)

from hervat.cleaning.databases import Database
from hervat.cleaning.values import is_day

Comparison = Callable[[Any, Any], ColumnElement[bool]]
_OPERATORS: dict[str, Comparison] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(column: ColumnElement[Any], op: str, values: tuple[Any, ...], database: Database) -> ColumnElement[bool]:
    """Return `column op values`; several values mean any of them."""
    if op == "is null":
        return column.is_(None)
    if op == "is not null":
        return column.is_not(None)
    kind, value = column.type, values[0]
    if isinstance(kind, Date | DateTime):
        return _any(lambda one: _moment(column, op, one, database), values)
    if isinstance(kind, String) and is_day(value) and op in ("<", "<=", ">", ">="):
        return _as_text(column, op, str(value), 10, database)
    if isinstance(kind, Numeric) and database.typeless:
        column, values = type_coerce(column, types.Float()), tuple(float(one) for one in values)
    if isinstance(kind, types.CHAR):
        column = func.rtrim(column, type_=String())
    return column.in_(values) if len(values) > 1 else _OPERATORS[op](column, values[0])


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
