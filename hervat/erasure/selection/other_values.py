"""What else stands in the columns whose texts decide: which law a root is under, of which kind a link's row is.

Only columns that the footprint itself holds against texts are read, and what may be personal is not shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from hervat.databases import database_of, is_text
from hervat.erasure.footprint.polymorphic import looks_like_condition
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.joins import exact_text, filled
from hervat.erasure.schema.model import Schema
from hervat.plural import plural

HIDDEN = "(not shown)"
_SHOWN, _MANY, _LONG = 20, 200, 40
_PERSONAL = re.compile(r"(?:\d[ .\-/]?){8,}|@|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_NAMED = re.compile(
    r"(achter|voor|roep|geslachts|meisjes|familie)_?na(am|men)|(last|first|sur|full)_?name|geboorte|birth|mail|adres"
    r"|postcode|telefoon|phone|iban|straat|woonplaats",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OtherValue:
    """One text beside those that the footprint names. `near`: it differs from one of them only by case or blanks."""

    shown: str
    rows: int
    near: bool = False

    def __str__(self) -> str:
        return f"{self.shown} {plural(self.rows, 'row')}"


@dataclass(frozen=True)
class OtherValues:
    """What stands in one column beside what the footprint names there.

    kind: it says of which kind a link's row is; only rows whose key is filled count. more: (values, rows) not listed.
    """

    table: str
    column: str
    named: tuple[str, ...]
    kind: bool
    values: tuple[OtherValue, ...]
    more: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        parts = [*map(str, self.values)]
        parts += [f"{self.more[0]} other values in {plural(self.more[1], 'row')}"] if self.more[0] else []
        beside = f" beside {', '.join(self.named)}" if self.named else ""
        return f"{self.table}.{self.column} holds{beside}: {', '.join(parts)}"

    @property
    def unclear(self) -> str | None:
        """What is to be decided about spellings that only look like one of those named; None where there are none."""
        near = [one for one in self.values if one.near]
        if not near:
            return None
        name, rows = f"{self.table}.{self.column}", plural(sum(one.rows for one in near), "row")
        told = f"{rows} of {name} differ from {' or '.join(self.named)} only by case, blanks, hyphens or the like"
        listed = [*self.named, *(one.shown for one in near)]
        if self.kind:
            follows = "a plan stops where such a row may name what is erased"
            mend = f"when {name} in ({', '.join(listed)})"
        else:
            follows = "whether they are under the law is unknown, so they are set aside and the gate stays shut"
            mend = f"where: {{{name}: [{', '.join(listed)}]}}"
        return f"{told} ({', '.join(map(str, near))}): {follows}; mend the rows, or write {mend}"


def other_values(connection: Connection, shape: Shape, schema: Schema) -> list[OtherValues]:
    """Return what stands in each column whose texts decide; those with nothing beside are left out. Reads only."""
    found = [_read(connection, shape, schema, place, *values) for place, values in _columns(shape, schema).items()]
    return [one for one in found if one.values or one.more[0]]


@dataclass(frozen=True)
class _Place:
    """A column; for a kind with the columns of the key that must be filled."""

    table: str
    column: str
    key: tuple[str, ...] = ()


def _columns(shape: Shape, schema: Schema) -> dict[_Place, tuple[list[Any], list[Any]]]:
    """Return for each column what the footprint takes there, and what it tells apart from that."""
    found: dict[_Place, tuple[list[Any], list[Any]]] = {}
    for place, op, values in _held_against(shape):
        if place.key or is_text(schema[place.table].column(place.column).type):
            named, apart = found.setdefault(place, ([], []))
            (named if op == "=" else apart).extend(one for one in values if one not in named)
    return {place: both for place, both in found.items() if both[0]}


def _held_against(shape: Shape) -> Iterator[tuple[_Place, str, Sequence[Any]]]:
    for root in shape.roots:
        for one in root.conditions:
            yield _Place(one.table, one.column), one.op, one.values
    for key in shape.keys:
        if key.when:
            yield _Place(key.table, key.when.column, key.columns), "=", key.when.values


def _read(
    connection: Connection, shape: Shape, schema: Schema, place: _Place, named: list[Any], apart: list[Any]
) -> OtherValues:
    database, source = database_of(connection), schema[place.table]
    column = source.column(place.column)
    exact = exact_text(column)
    counted = select(exact.label("value"), func.count().label("rows")).group_by(exact)
    if place.key:
        counted = counted.where(filled([source.column(name) for name in place.key]))
    each = counted.subquery()
    near = (
        case((looks_like_condition(each.c.value, named, apart, database), 1), else_=0)
        if is_text(column.type)
        else each.c.rows * 0
    )
    others = or_(each.c.value.is_(None), each.c.value.not_in(named))
    wanted = select(each.c.value, each.c.rows, near.label("near")).where(others)
    listed = list(connection.execute(wanted.order_by(near.desc(), each.c.rows.desc()).limit(_SHOWN)))
    count = connection.scalar(select(func.count()).select_from(each).where(others)) or 0
    rows = connection.scalar(select(func.sum(each.c.rows)).where(others)) or 0
    personal = place.table == shape.person or _is_personal(place.column) or count > _MANY
    values = tuple(
        OtherValue(_shown(text), int(of), bool(is_near)) for text, of, is_near in listed if is_near or not personal
    )
    left = int(count) - len(values), int(rows) - sum(one.rows for one in values)
    return OtherValues(place.table, place.column, tuple(map(str, named)), bool(place.key), values, left)


def _is_personal(column: str) -> bool:
    return bool(_NAMED.search(column)) or says_bsn(column) or says_v_number(column)


def _shown(value: Any) -> str:
    text = str(value)
    if value is None:
        return "empty"
    if len(text) > _LONG or _PERSONAL.search(text):
        return HIDDEN
    return "'" + "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text) + "'"


def unclear_spellings(found: Iterable[OtherValues]) -> list[str]:
    """Return what is to be decided about spellings, a line a column."""
    return [told for one in found if (told := one.unclear)]
