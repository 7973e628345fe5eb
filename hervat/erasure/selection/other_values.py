"""Other values in the columns whose texts decide: the law of a root, the kind of a link's row.

Only columns that the footprint itself compares with texts are read, and possibly personal values are not shown.
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
_MAX_SHOWN, _MAX_DISTINCT, _MAX_LENGTH = 20, 200, 40
_PERSONAL = re.compile(r"(?:\d[ .\-/]?){8,}|@|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_PERSONAL_COLUMN = re.compile(
    r"(achter|voor|roep|geslachts|meisjes|familie)_?na(am|men)|(last|first|sur|full)_?name|geboorte|birth|mail|adres"
    r"|postcode|telefoon|phone|iban|straat|woonplaats",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OtherValue:
    """A text that the footprint does not name. `near`: it differs from a named text only by case or blanks."""

    shown: str
    rows: int
    near: bool = False

    def __str__(self) -> str:
        return f"{self.shown} {plural(self.rows, 'row')}"


@dataclass(frozen=True)
class OtherValues:
    """The values in one column other than those that the footprint names.

    kind: the column holds the kind of a link's row; only rows with a filled key count. more: (values, rows) not listed.
    """

    table: str
    column: str
    named: tuple[str, ...]
    kind: bool
    values: tuple[OtherValue, ...]
    more: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        parts = [*map(str, self.values)]
        parts += [f"{plural(self.more[0], 'other value')} in {plural(self.more[1], 'row')}"] if self.more[0] else []
        beside = f" beside {', '.join(self.named)}" if self.named else ""
        return f"{self.table}.{self.column} holds{beside}: {', '.join(parts)}"

    @property
    def unclear(self) -> str | None:
        """The decision needed about spellings that only look like a named text; None if there are none."""
        near = [value for value in self.values if value.near]
        if not near:
            return None
        name, rows = f"{self.table}.{self.column}", plural(sum(value.rows for value in near), "row")
        message = f"{rows} of {name} differ from {' or '.join(self.named)} only by case, blanks, hyphens or the like"
        listed = [*self.named, *(value.shown for value in near)]
        if self.kind:
            follows = "a plan stops where such a row may name what is erased"
            fix = f"when {name} in ({', '.join(listed)})"
        else:
            follows = "whether they are under the law is unknown, so they are set aside and the gate stays shut"
            fix = f"where: {{{name}: [{', '.join(listed)}]}}"
        return f"{message} ({', '.join(map(str, near))}): {follows}; fix the rows, or write {fix}"


def other_values(connection: Connection, shape: Shape, schema: Schema) -> list[OtherValues]:
    """Return the other values in each column whose texts decide, columns without any left out. Reads only."""
    columns = [
        _other_values_in(connection, shape, schema, place, *texts) for place, texts in _columns(shape, schema).items()
    ]
    return [column for column in columns if column.values or column.more[0]]


@dataclass(frozen=True)
class _Place:
    """A column; for a kind with the columns of the key that must be filled."""

    table: str
    column: str
    key: tuple[str, ...] = ()


def _columns(shape: Shape, schema: Schema) -> dict[_Place, tuple[list[Any], list[Any]]]:
    """Return for each column the texts that the footprint accepts there, and those that it rejects."""
    columns: dict[_Place, tuple[list[Any], list[Any]]] = {}
    for place, op, values in _compared_texts(shape):
        if place.key or is_text(schema[place.table].column(place.column).type):
            named, rejected = columns.setdefault(place, ([], []))
            (named if op == "=" else rejected).extend(value for value in values if value not in named)
    return {place: both for place, both in columns.items() if both[0]}


def _compared_texts(shape: Shape) -> Iterator[tuple[_Place, str, Sequence[Any]]]:
    for root in shape.roots:
        for condition in root.conditions:
            yield _Place(condition.table, condition.column), condition.op, condition.values
    for key in shape.keys:
        if key.when:
            yield _Place(key.table, key.when.column, key.columns), "=", key.when.values


def _other_values_in(
    connection: Connection, shape: Shape, schema: Schema, place: _Place, named: list[Any], rejected: list[Any]
) -> OtherValues:
    database, source = database_of(connection), schema[place.table]
    column = source.column(place.column)
    exact = exact_text(column)
    counted = select(exact.label("value"), func.count().label("rows")).group_by(exact)
    if place.key:
        counted = counted.where(filled([source.column(name) for name in place.key]))
    each = counted.subquery()
    near = (
        case((looks_like_condition(each.c.value, named, rejected, database), 1), else_=0)
        if is_text(column.type)
        else each.c.rows * 0
    )
    others = or_(each.c.value.is_(None), each.c.value.not_in(named))
    query = select(each.c.value, each.c.rows, near.label("near")).where(others)
    listed = list(connection.execute(query.order_by(near.desc(), each.c.rows.desc()).limit(_MAX_SHOWN)))
    count = connection.scalar(select(func.count()).select_from(each).where(others)) or 0
    rows = connection.scalar(select(func.sum(each.c.rows)).where(others)) or 0
    personal = place.table == shape.person or _is_personal(place.column) or count > _MAX_DISTINCT
    values = tuple(
        OtherValue(_shown(text), int(of), bool(is_near)) for text, of, is_near in listed if is_near or not personal
    )
    remaining = int(count) - len(values), int(rows) - sum(value.rows for value in values)
    return OtherValues(place.table, place.column, tuple(map(str, named)), bool(place.key), values, remaining)


def _is_personal(column: str) -> bool:
    return bool(_PERSONAL_COLUMN.search(column)) or says_bsn(column) or says_v_number(column)


def _shown(value: Any) -> str:
    text = str(value)
    if value is None:
        return "empty"
    if len(text) > _MAX_LENGTH or _PERSONAL.search(text):
        return HIDDEN
    return "'" + "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text) + "'"


def unclear_spellings(columns: Iterable[OtherValues]) -> list[str]:
    """Return the decisions needed about spellings, one line per column."""
    return [message for column in columns if (message := column.unclear)]
