"""Other values in the columns whose texts decide: the law of a root, the kind of a link's row.

Only columns that the footprint itself compares with texts are read, and possibly personal values are not shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, or_, select

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
        name, rows = f"{self.table}.{self.column}", sum(value.rows for value in near)
        differ = f"{plural(rows, 'row')} of {name} {'differs' if rows == 1 else 'differ'}"
        message = f"{differ} from {' or '.join(self.named)} only by case, blanks, hyphens or the like"
        listed = [*self.named, *(value.shown for value in near)]
        if self.kind:
            follows = "a plan stops if such a row may name an erased row"
            fix = f"when {name} in ({', '.join(listed)})"
        else:
            follows = "whether they are under the law is unknown, so they are set aside and the gate stays shut"
            fix = f"where: {{{name}: [{', '.join(listed)}]}}"
        return f"{message} ({', '.join(map(str, near))}): {follows}; fix the rows, or write {fix}"


def other_values(connection: Connection, shape: Shape, schema: Schema) -> list[OtherValues]:
    """Return the other values in each column whose texts decide, columns without any left out. Reads only."""
    read = [_other_values_in(connection, shape, schema, column) for column in _deciding_columns(shape, schema)]
    return [others for others in read if others.values or others.more[0]]


@dataclass(frozen=True)
class _DecidingColumn:
    """A column whose texts decide: those that the footprint names (`named`), or compares otherwise (`distinct`).

    key: for the kind of a link, the columns of its key, which must be filled.
    """

    table: str
    column: str
    key: tuple[str, ...] = ()
    named: list[Any] = field(default_factory=list, compare=False)
    distinct: list[Any] = field(default_factory=list, compare=False)


def _deciding_columns(shape: Shape, schema: Schema) -> list[_DecidingColumn]:
    columns: dict[_DecidingColumn, _DecidingColumn] = {}
    for place, op, values in _compared_texts(shape):
        if place.key or is_text(schema[place.table].column(place.column).type):
            column = columns.setdefault(place, place)
            texts = column.named if op == "=" else column.distinct
            texts.extend(value for value in values if value not in column.named)
    return [column for column in columns.values() if column.named]


def _compared_texts(shape: Shape) -> Iterator[tuple[_DecidingColumn, str, Sequence[Any]]]:
    for root in shape.roots:
        for condition in root.conditions:
            yield _DecidingColumn(condition.table, condition.column), condition.op, condition.values
    for key in shape.keys:
        if key.when:
            yield _DecidingColumn(key.table, key.when.column, key.columns), "=", key.when.values


def _other_values_in(connection: Connection, shape: Shape, schema: Schema, column: _DecidingColumn) -> OtherValues:
    counts = _counts(schema, column)
    near = _near(connection, schema, column, counts)
    others = or_(counts.c.value.is_(None), counts.c.value.not_in(column.named))
    query = select(counts.c.value, counts.c.rows, near.label("near")).where(others)
    listed = list(connection.execute(query.order_by(near.desc(), counts.c.rows.desc()).limit(_MAX_SHOWN)))
    count = connection.scalar(select(func.count()).select_from(counts).where(others)) or 0
    rows = connection.scalar(select(func.sum(counts.c.rows)).where(others)) or 0
    personal = column.table == shape.person or _is_personal(column.column) or count > _MAX_DISTINCT
    values = tuple(
        OtherValue(_shown(text), int(of), bool(is_near)) for text, of, is_near in listed if is_near or not personal
    )
    remaining = int(count) - len(values), int(rows) - sum(value.rows for value in values)
    names = tuple(map(str, column.named))
    return OtherValues(column.table, column.column, names, bool(column.key), values, remaining)


def _counts(schema: Schema, column: _DecidingColumn) -> Subquery:
    """Return the query that counts the rows of each value."""
    source = schema[column.table]
    value = exact_text(source.column(column.column))
    counts = select(value.label("value"), func.count().label("rows")).group_by(value)
    if column.key:
        counts = counts.where(filled([source.column(name) for name in column.key]))
    return counts.subquery()


def _near(connection: Connection, schema: Schema, column: _DecidingColumn, counts: Subquery) -> ColumnElement[int]:
    """Return 1 for a value that only looks like a named text, else 0, as SQL."""
    if not is_text(schema[column.table].column(column.column).type):
        return counts.c.rows * 0
    similar = looks_like_condition(counts.c.value, column.named, column.distinct, database_of(connection))
    return case((similar, 1), else_=0)


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
