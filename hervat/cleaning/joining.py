"""Keys in SQL: the columns on either side, and "is among", always as a set and never row by row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, Text, and_, cast, tuple_, types

from hervat.cleaning.schema import Key

Columns = list[ColumnElement[Any]]
_FAMILIES = (types.Numeric, types.Integer, types.String, types.Uuid, types.DateTime, types.Date)


def sides(key: Key, source: FromClause, target: FromClause) -> tuple[Columns, Columns]:
    """Return the comparable columns of a key on both sides; a link between differing types compares text."""
    left: Columns = [source.c[name] for name in key.columns]
    right: Columns = [target.c[name] for name in key.target_columns]
    if key.declared or all(_family(a) is _family(b) for a, b in zip(left, right, strict=True)):
        return left if key.declared else [_collated(a, b) for a, b in zip(left, right, strict=True)], right
    return [cast(one, Text) for one in left], [cast(one, Text) for one in right]


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
