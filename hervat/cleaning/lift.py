"""Lifting a restriction: old values go back where the mark still stands."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, bindparam, cast, type_coerce, update
from sqlalchemy.sql.dml import Update

from hervat.cleaning.engine import begin_writing
from hervat.cleaning.errors import CleaningError, guarded
from hervat.cleaning.kept import Bare, Kept
from hervat.cleaning.lock import locked
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.system import LocalSystem


def lift(local: LocalSystem, kept: Sequence[Kept]) -> int:
    """Put old values back, in one transaction, where the mark still stands. Return how many were put back.

    Of several values kept of one column of one row the last counts. Raises CleaningError; then nothing was changed.
    """
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in reversed(kept):  # the mark stands for the first alone
        groups[one.table, one.column].append(_values(one))
    with guarded(local.name, "lifting a restriction"), locked(local) as connection:
        begin_writing(connection)
        lifted = 0
        for (table, column), values in groups.items():
            if column not in (local.schema[table].columns if table in local.schema.tables else ()):
                raise CleaningError(
                    f"system {local.name}: {table}.{column} is gone: {len(values)} kept values stay kept"
                )
            lifted += connection.execute(_statement(local.schema[table], column, local.dialect), values).rowcount
        connection.commit()
    return lifted


def _values(one: Kept) -> dict[str, Any]:
    return {"v_old": one.old, "v_mark": one.mark, **{f"v_k{at}": value for at, value in enumerate(one.key)}}


def _statement(table: TableInfo, column: str, dialect: Dialect) -> Update:
    same = [
        _bare(table.column(name), dialect) == _bound(f"v_k{at}", table.column(name), dialect)
        for at, name in enumerate(table.primary)
    ]
    target = table.column(column)
    stands = _bare(target, dialect).is_not_distinct_from(_bound("v_mark", target, dialect))
    return update(table.sa).where(*same, stands).values({column: _bound("v_old", target, dialect)})


def _bare(column: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    return column if dialect.name == "postgresql" else type_coerce(column, Bare())


def _bound(name: str, column: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    if dialect.name == "postgresql":
        return cast(bindparam(name, type_=Text), column.type)
    return bindparam(name, type_=Bare())
