"""Lifting a restriction: old values go back where the mark still stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.sql.dml import Update

from hervat.cleaning.databases import Database, database_of
from hervat.cleaning.errors import CleaningError, guarded
from hervat.cleaning.kept import Kept
from hervat.cleaning.lock import locked
from hervat.cleaning.named import RowKey, named
from hervat.cleaning.refreshing import copies_of, refresh
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.system import LocalSystem


@dataclass(frozen=True)
class Lifted:
    """What lifting came to: how many values were put back, and which kept ones were not.

    other: something else stands there now (the vendor's value stays); gone: the row is not there any more.
    """

    back: int
    other: tuple[Kept, ...] = field(default=(), repr=False)
    gone: tuple[Kept, ...] = field(default=(), repr=False)


def lift(local: LocalSystem, kept: Sequence[Kept]) -> Lifted:
    """Put old values back, in one transaction, where the mark still stands. Return what became of all of them.

    Of several values kept of one column of one row the last counts. Raises CleaningError; then nothing was changed.
    """
    groups: defaultdict[tuple[str, str], list[Kept]] = defaultdict(list)
    for one in reversed(kept):  # the mark stands for the first alone
        groups[one.table, one.column].append(one)
    with guarded(local.name, "lifting a restriction"), locked(local) as connection:
        local.database.begin_writing(connection)
        parts = [_lift(connection, local, ones) for ones in groups.values()]
        if any(part.back for part in parts):
            refresh(connection, local, copies_of(local, {table for table, _ in groups}))
        connection.commit()
    other, gone = (one for part in parts for one in part.other), (one for part in parts for one in part.gone)
    return Lifted(sum(part.back for part in parts), tuple(other), tuple(gone))


def _lift(connection: Connection, local: LocalSystem, kept: list[Kept]) -> Lifted:
    """Put the values of one column back."""
    table, column = kept[0].table, kept[0].column
    if column not in (local.schema[table].columns if table in local.schema.tables else ()):
        raise CleaningError(f"system {local.name}: {table}.{column} is gone: {len(kept)} kept values stay kept")
    info = local.schema[table]
    back = connection.execute(_statement(info, column, local.database), [_values(one) for one in kept]).rowcount
    last = {tuple(one.key): one for one in reversed(kept)}
    now = dict(_now(connection, info, column, list(last)))
    other = [one for key, one in last.items() if key in now and now[key] not in (one.old, one.mark)]
    return Lifted(back, tuple(other), tuple(one for key, one in last.items() if key not in now))


def _now(connection: Connection, table: TableInfo, column: str, keys: list[RowKey]) -> Iterator[tuple[RowKey, Any]]:
    """Yield primary key and value of the rows that are there, as they were kept."""
    database = database_of(connection)
    columns = [database.portable(table.column(name)) for name in (*table.primary, column)]
    for some in named(table, keys, database):
        for *key, value in connection.execute(select(*columns).where(some)):
            yield tuple(key), value


def _values(one: Kept) -> dict[str, Any]:
    return {"v_old": one.old, "v_mark": one.mark, **{f"v_k{at}": value for at, value in enumerate(one.key)}}


def _statement(table: TableInfo, column: str, database: Database) -> Update:
    same = [
        database.bare(table.column(name)) == database.bound(f"v_k{at}", table.column(name))
        for at, name in enumerate(table.primary)
    ]
    target = table.column(column)
    stands = database.bare(target).is_not_distinct_from(database.bound("v_mark", target))
    return update(table.sa).where(*same, stands).values({column: database.bound("v_old", target)})
