"""SQL for joins along keys: comparable columns, equality, rows named by primary key."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    collate,
    func,
    or_,
    tuple_,
    types,
)

from hervat.databases import ByDefault, Database, ToTheLetter, collation_of, is_loose, serves_index
from hervat.erasure.schema.model import Key, TableInfo

Columns = list[ColumnElement[Any]]
_FAMILIES = (types.Numeric, types.Integer, types.String, types.Uuid, types.DateTime, types.Date)
_WHOLE = 10**15  # beyond it a number of floating point has no last digit


def sides(key: Key, source: FromClause, target: FromClause) -> tuple[Columns, Columns]:
    """Return the comparable columns of a key on both sides.

    A foreign key is compared as the database itself compares it, a link to the letter; different types are compared as
    text. A link bound to a kind has NULL columns in rows of another kind: there it names nothing.
    """
    left, right = key_columns(key, source), [target.c[name] for name in key.target_columns]
    if key.declared:
        return [_as_enforced(a, b) for a, b in zip(left, right, strict=True)], list(right)
    linked = [_linked(a, b) for a, b in zip(left, right, strict=True)]
    lefts = [column for columns, _ in linked for column in columns]
    return lefts, [column for _, columns in linked for column in columns]


def key_columns(key: Key, source: FromClause) -> Columns:
    """Return the columns of a key; NULL where the row is not of the kind that a link is bound to."""
    columns: Columns = [source.c[name] for name in key.columns]
    return [case((of_kind(key, source), column)) for column in columns] if key.when else columns


def of_kind(key: Key, source: FromClause) -> ColumnElement[bool]:
    """SQL condition: the row is of the kind to which the link is bound; unknown where its kind is NULL."""
    if key.when is None:
        raise ValueError(f"{key} is bound to no kind")
    kind: ColumnElement[Any] = source.c[key.when.column]
    if isinstance(kind.type, types.CHAR):
        kind = func.rtrim(kind, type_=kind.type)
    return (ToTheLetter(kind) if is_loose(kind.type) else kind).in_(key.when.values)


def _linked(left: ColumnElement[Any], right: ColumnElement[Any]) -> tuple[Columns, Columns]:
    families = _family(left), _family(right)
    if families[0] is not families[1]:
        texts = _as_texts(left, right, families)
        return [texts[0]], [texts[1]]
    padded = isinstance(left.type, types.CHAR) != isinstance(right.type, types.CHAR)
    if not (is_loose(left.type) or is_loose(right.type) or padded):
        return [left], [right]
    exact = ToTheLetter(left), ToTheLetter(right)
    if serves_index(left.type) or serves_index(right.type):
        return [_collated(left, right), exact[0]], [right, exact[1]]
    return [exact[0]], [exact[1]]


def _as_texts(
    left: ColumnElement[Any], right: ColumnElement[Any], families: tuple[type[Any], type[Any]]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return two columns of different types as texts that are equal where the values mean the same."""
    with_uuid = set(families) == {types.Uuid, String}
    return _as_text(left, with_uuid), _as_text(right, with_uuid)


def _as_text(column: ColumnElement[Any], is_uuid: bool) -> ColumnElement[Any]:
    plain: Any = cast(column, Text())
    if is_uuid:  # a text may spell it with capitals, without hyphens or in braces
        plain = func.lower(plain, type_=String())
        for character in "-{}":
            plain = func.replace(plain, character, "", type_=String())
    elif isinstance(column.type, types.Numeric) and column.type.scale != 0:
        # 7.00 equals the text "7".
        whole = and_(column.between(-_WHOLE, _WHOLE), column == cast(column, BigInteger))
        plain = case((whole, cast(cast(column, BigInteger), Text)), else_=plain)
    text: ColumnElement[Any] = ToTheLetter(plain) if is_loose(column.type) else plain
    return text


def _as_enforced(column: ColumnElement[Any], target: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a key's column compared as the database enforces the key: with the collation of its target."""
    if serves_index(column.type) or not isinstance(column.type, String):
        return column
    own, other = collation_of(column), collation_of(target)
    if own == other:
        return column
    return collate(column, other) if other else ByDefault(column)


def _collated(column: ColumnElement[Any], like: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column cast to the other's collation where they differ: MariaDB refuses to mix collations."""
    own, other = getattr(column.type, "collation", None), getattr(like.type, "collation", None)
    return cast(column, like.type) if own and other and own != other else column


def equal(left: Sequence[ColumnElement[Any]], right: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """SQL condition: all columns are pairwise equal."""
    return and_(*(a == b for a, b in zip(left, right, strict=True)))


def among(columns: Sequence[ColumnElement[Any]], rows: Select[Any]) -> ColumnElement[bool]:
    """SQL condition: these columns match one of `rows`."""
    return columns[0].in_(rows) if len(columns) == 1 else tuple_(*columns).in_(rows)


def filled(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """SQL condition: none of these columns is NULL, so the key points somewhere."""
    return and_(*(column.is_not(None) for column in columns))


def _family(column: ColumnElement[Any]) -> type[Any]:
    type_ = column.type
    if isinstance(type_, types.Integer):
        return types.Numeric
    return next(
        (family for family in _FAMILIES if isinstance(type_, family)),
        String if isinstance(type_, String) else type(type_),
    )


RowKey: TypeAlias = tuple[Any, ...]
_BATCH = 200  # keys in one statement; SQLite allows conditions at most 1000 deep


def key_conditions(table: TableInfo, keys: Iterable[RowKey], database: Database) -> Iterator[ColumnElement[bool]]:
    """Yield SQL conditions that together match all rows with these primary keys (as `database.portable` gives them)."""
    remaining = iter(keys)
    while batch := list(islice(remaining, _BATCH)):
        values = {f"r{row}_k{at}": value for row, key in enumerate(batch) for at, value in enumerate(key)}
        yield or_(*(_key_condition(table, row, database) for row in range(len(batch)))).params(values)


def _key_condition(table: TableInfo, row: int, database: Database) -> ColumnElement[bool]:
    columns = [table.column(name) for name in table.primary]
    return and_(
        *(database.bare(column) == database.bound(f"r{row}_k{at}", column) for at, column in enumerate(columns)),
    )


def exact_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that compares letter by letter; the blanks that pad a CHAR are ignored."""
    if isinstance(column.type, types.CHAR):
        column = func.rtrim(column, type_=String())
        return ToTheLetter(column)
    return ToTheLetter(column) if is_loose(column.type) else column
