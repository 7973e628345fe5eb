"""Values from the configuration, made into the type of the column that they are compared with or written to."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import Column, types

from hervat.today import dutch_day


def fitted(column: Column[Any], value: Any) -> Any:
    """Return `value` as the column's type takes it. Raises ValueError (without the value) where it can't be."""
    if value is None:
        return None
    if isinstance(column.type, types.Enum) and column.type.enums and _text(value) not in column.type.enums:
        raise ValueError("this value is none of those that the column's type has")
    for kind, convert in _CONVERSIONS:
        if isinstance(column.type, kind):
            try:
                return convert(value)
            except (ValueError, TypeError, InvalidOperation):
                raise ValueError(f"this value does not fit the column's type {column.type}") from None
    return value if isinstance(column.type, types.NullType) else _text(value)


def is_day(value: Any) -> bool:
    """Say whether this is a day without a time, as date or as ISO text."""
    if isinstance(value, datetime):
        return False
    try:
        return isinstance(value, date) or (bool(date.fromisoformat(str(value))) and len(str(value)) == 10)
    except ValueError:
        return False


def _moment(value: Any) -> date | datetime:
    if isinstance(value, date | datetime):
        return value
    return date.fromisoformat(str(value)) if is_day(value) else datetime.fromisoformat(str(value))


def _day(value: Any) -> date:
    found = _moment(value)
    return dutch_day(found) if isinstance(found, datetime) else found


def _number(value: Any) -> int | Decimal:
    number = Decimal(str(int(value) if isinstance(value, bool) else value))
    return int(number) if number == number.to_integral_value() else number


def _truth(value: Any) -> bool:
    known = {
        "true": True,
        "1": True,
        "ja": True,
        "t": True,
        "false": False,
        "0": False,
        "nee": False,
        "f": False,
    }
    try:
        return known[str(value).lower()]
    except KeyError:
        raise ValueError("no truth value") from None


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_CONVERSIONS: tuple[tuple[type[types.TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (types.Boolean, _truth),
    (types.Integer, _number),
    (types.Numeric, _number),
    (types.DateTime, _moment),
    (types.Date, _day),
    (types.Uuid, lambda value: UUID(str(value))),
)
