"""Conditions of a footprint, parsed and converted to the types of their columns."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import Column, types

from hervat.databases import is_text
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.schema.model import Key
from hervat.settings import Footprint
from hervat.today import dutch_day


def typed_value(column: Column[Any], value: Any) -> Any:
    """Return `value` converted to the column's type. Raises ValueError (without the value) if it does not fit."""
    if value is None:
        return None
    if isinstance(column.type, types.Enum) and column.type.enums and _text(value) not in column.type.enums:
        raise ValueError("this value is not one of those that the column's type has")
    for kind, convert in _CONVERSIONS:
        if isinstance(column.type, kind):
            try:
                return convert(value)
            except (ValueError, TypeError, InvalidOperation):
                raise ValueError(f"this value does not fit the column's type {column.type}") from None
    return value if isinstance(column.type, types.NullType) else _text(value)


def is_day(value: Any) -> bool:
    """True for a day without a time, as a date or as ISO text."""
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
    moment = _moment(value)
    return dutch_day(moment) if isinstance(moment, datetime) else moment


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
        raise ValueError("not a truth value") from None


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


_NULL = re.compile(r"^(?P<name>[^'\"<>=!]+?)\s+(?P<op>is(?:\s+not)?\s+null)$", re.IGNORECASE)
_COMPARED = re.compile(r"^(?P<name>[^'\"<>=!]+?)\s*(?P<op>!=|<>|<=|>=|=|<|>)\s*(?P<value>\S.*)$")

_SORTED = ("<", "<=", ">", ">=")

KeyFinder = Callable[[str, str], Key | None]


@dataclass(frozen=True)
class Condition:
    """`table.column op values`, reached from the root over `keys`; without keys: on the root or on its path.

    named_elsewhere: values that other conditions of this root compare with the same column.
    """

    keys: tuple[Key, ...]
    table: str
    column: str
    op: str
    values: tuple[Any, ...]
    named_elsewhere: tuple[Any, ...] = ()

    @property
    def tables(self) -> set[str]:
        """The tables that it reads."""
        return {self.table, *(name for key in self.keys for name in (key.table, key.target))}


def read_conditions(
    root: str, footprint: Footprint, path: tuple[Key, ...], findings: FootprintProblems, find_key: KeyFinder
) -> tuple[Condition, ...]:
    """Return the conditions under which a row of this root falls under the Wi2021; mistakes go to `findings`."""
    allowed = {root, *(key.target for key in path)}
    wheres = [_where(name, value, allowed, footprint, findings) for name, value in footprint.where.items()]
    others = [_condition(text, root, footprint, findings, find_key) for text in footprint.conditions]
    conditions = [condition for condition in (*wheres, *others) if condition]
    return tuple(
        replace(condition, named_elsewhere=_named_elsewhere(condition, conditions)) for condition in conditions
    )


def _named_elsewhere(condition: Condition, all_conditions: Iterable[Condition]) -> tuple[Any, ...]:
    place = condition.keys, condition.table, condition.column
    same = [other for other in all_conditions if (other.keys, other.table, other.column) == place]
    return tuple(dict.fromkeys(value for other in same for value in other.values if value not in condition.values))


def _where(
    name: str, value: Any, allowed: set[str], footprint: Footprint, findings: FootprintProblems
) -> Condition | None:
    key = f"footprint.where.{name}"
    place = findings.column(key, name)
    if not place or (place[0] not in allowed and place[0] in footprint.roots):
        return None  # it is about another root
    if place[0] not in allowed:
        findings.add(key, f"the table {place[0]} is not on the path", f"name one of {', '.join(sorted(allowed))}")
        return None
    values = value if isinstance(value, list) else [value]
    if not values or None in values:
        findings.add(key, "an empty value is unknown, never true", 'write it under conditions: "... is null"')
        return None
    return _typed_condition(key, Condition((), *place, "=", tuple(values)), findings)


def _condition(
    text: str, root: str, footprint: Footprint, findings: FootprintProblems, find_key: KeyFinder
) -> Condition | None:
    key = f"footprint.conditions[{text}]"
    parsed = _parse(text)
    if not parsed:
        findings.add(key, "not a valid condition", 'write "root.key > table.column >= value", or "... is null"')
        return None
    steps, name, op, value = parsed
    place = findings.column(key, name)
    keys = tuple(found for step in steps if (found := find_key(key, step)))
    start = keys[0].table if keys else place and place[0]
    if start != root and start in footprint.roots:
        return None  # it is about another root
    if not place or len(keys) < len(steps) or not _connected(key, root, keys, place[0], findings):
        return None
    return _typed_condition(key, Condition(keys, *place, op, value), findings)


def _parse(text: str) -> tuple[list[str], str, str, tuple[Any, ...]] | None:
    *steps, last = [part.strip() for part in text.split(" > ")]
    if match := _NULL.match(last):
        return steps, match["name"], " ".join(match["op"].lower().split()), ()
    if match := _COMPARED.match(last):
        return steps, match["name"], match["op"].replace("<>", "!="), (_unquoted(match["value"]),)
    return (steps[:-1], steps[-1], ">", (_unquoted(last),)) if steps and last else None


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _connected(key: str, root: str, keys: tuple[Key, ...], table: str, findings: FootprintProblems) -> bool:
    at = root
    for step in keys:
        if step.table != at:
            findings.add(key, f"{step} does not start at {at}", "start at the root; each key leads to the next table")
            return False
        at = step.target
    if at != table:
        findings.add(key, f"these keys lead to {at}, not to {table}", f"name a column of {at}, or the key to {table}")
    return at == table


def _typed_condition(key: str, condition: Condition, findings: FootprintProblems) -> Condition | None:
    column = findings.schema[condition.table].column(condition.column)
    try:
        values = tuple(typed_value(column, value) for value in condition.values)
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None
    if is_text(column.type) and condition.op in _SORTED and any(map(_is_number, values)):
        name = f"{condition.table}.{condition.column}"
        message = f"{name} holds texts, which sort letter by letter: 999 would come after 2021"
        findings.add(key, message, "name a column of numbers or days, or list the values that count under where")
        return None
    return Condition(condition.keys, condition.table, condition.column, condition.op, values)


def _is_number(value: Any) -> bool:
    return not is_day(value) and bool(re.fullmatch(r"\s*[-+]?[0-9]+([.,][0-9]+)?\s*", str(value)))
