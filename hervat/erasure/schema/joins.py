"""Joins from a row to its root and its person, as SQL."""

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

    A foreign key is compared as the database itself does, a link to the letter; between differing types as text. Where
    a link is bound to a kind its columns are null in a row of another kind: it names nothing there.
    """
    left, right = key_columns(key, source), [target.c[name] for name in key.target_columns]
    if key.declared:
        return [_as_held(a, b) for a, b in zip(left, right, strict=True)], list(right)
    found = [_linked(a, b) for a, b in zip(left, right, strict=True)]
    return [one for a, _ in found for one in a], [one for _, b in found for one in b]


def key_columns(key: Key, source: FromClause) -> Columns:
    """Return the columns of a key as the row has them: null where the row is of another kind than the link's."""
    columns: Columns = [source.c[name] for name in key.columns]
    return [case((of_kind(key, source), one)) for one in columns] if key.when else columns


def of_kind(key: Key, source: FromClause) -> ColumnElement[bool]:
    """Say that a row is of the kind to which a link is bound; unknown where its kind is null."""
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
    filled_up = isinstance(left.type, types.CHAR) != isinstance(right.type, types.CHAR)
    if not (is_loose(left.type) or is_loose(right.type) or filled_up):
        return [left], [right]
    exact = ToTheLetter(left), ToTheLetter(right)
    if serves_index(left.type) or serves_index(right.type):
        return [_collated(left, right), exact[0]], [right, exact[1]]
    return [exact[0]], [exact[1]]


def _as_texts(
    left: ColumnElement[Any], right: ColumnElement[Any], families: tuple[type[Any], type[Any]]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return two columns of differing types as texts that are the same where they mean the same."""
    both = set(families) == {types.Uuid, String}
    return _as_text(left, both), _as_text(right, both)


def _as_text(column: ColumnElement[Any], uuid: bool) -> ColumnElement[Any]:
    plain: Any = cast(column, Text())
    if uuid:  # a text may spell it with capitals, without hyphens or in braces
        plain = func.lower(plain, type_=String())
        for one in "-{}":
            plain = func.replace(plain, one, "", type_=String())
    elif isinstance(column.type, types.Numeric) and column.type.scale != 0:
        # 7.00 is the number 7 as a text has it.
        whole = and_(column.between(-_WHOLE, _WHOLE), column == cast(column, BigInteger))
        plain = case((whole, cast(cast(column, BigInteger), Text)), else_=plain)
    found: ColumnElement[Any] = ToTheLetter(plain) if is_loose(column.type) else plain
    return found


def _as_held(column: ColumnElement[Any], target: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a key's column so that it compares as the database holds the key: by the collation of what it names."""
    if serves_index(column.type) or not isinstance(column.type, String):
        return column
    mine, its = collation_of(column), collation_of(target)
    if mine == its:
        return column
    return collate(column, its) if its else ByDefault(column)


def _collated(column: ColumnElement[Any], like: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column so that it compares with another whose text sorts otherwise: MariaDB refuses to mix them."""
    own, other = getattr(column.type, "collation", None), getattr(like.type, "collation", None)
    return cast(column, like.type) if own and other and own != other else column


def equal(left: Sequence[ColumnElement[Any]], right: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Say that all columns are pairwise equal."""
    return and_(*(a == b for a, b in zip(left, right, strict=True)))


def among(columns: Sequence[ColumnElement[Any]], rows: Select[Any]) -> ColumnElement[bool]:
    """Say that these columns hold one of `rows`."""
    return columns[0].in_(rows) if len(columns) == 1 else tuple_(*columns).in_(rows)


def filled(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Say that none of these columns is null: the key points somewhere."""
    return and_(*(one.is_not(None) for one in columns))


def _family(column: ColumnElement[Any]) -> type[Any]:
    kind = column.type
    if isinstance(kind, types.Integer):
        return types.Numeric
    return next(
        (family for family in _FAMILIES if isinstance(kind, family)),
        String if isinstance(kind, String) else type(kind),
    )


RowKey: TypeAlias = tuple[Any, ...]
_AT_ONCE = 200  # keys that one statement names; SQLite takes no deeper condition than 1000


def key_conditions(table: TableInfo, keys: Iterable[RowKey], database: Database) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together name all rows with these primary keys (as `database.portable` gives them)."""
    waiting = iter(keys)
    while some := list(islice(waiting, _AT_ONCE)):
        values = {f"r{row}_k{at}": value for row, key in enumerate(some) for at, value in enumerate(key)}
        yield or_(*(_is(table, row, database) for row in range(len(some)))).params(values)


def _is(table: TableInfo, row: int, database: Database) -> ColumnElement[bool]:
    columns = [table.column(name) for name in table.primary]
    return and_(
        *(database.bare(one) == database.bound(f"r{row}_k{at}", one) for at, one in enumerate(columns)),
    )


def exact_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column such that its values are told apart by every letter; blanks that fill a CHAR up are none."""
    if isinstance(column.type, types.CHAR):
        column = func.rtrim(column, type_=String())
        return ToTheLetter(column)
    return ToTheLetter(column) if is_loose(column.type) else column
