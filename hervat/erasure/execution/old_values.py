"""Old values of restricted columns: saved before they are overwritten, restored when the restriction ends."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, update
from sqlalchemy.sql.dml import Update

from hervat.databases import Database, database_of
from hervat.erasure.errors import CleaningError, guarded
from hervat.erasure.execution.lock import locked
from hervat.erasure.footprint.marks import Mark
from hervat.erasure.schema.joins import RowKey, key_conditions
from hervat.erasure.schema.model import TableInfo
from hervat.erasure.selection.persons import AskedPersons
from hervat.erasure.selection.reach import Reach
from hervat.erasure.statements.effects import refresh_views, refreshable_copies
from hervat.erasure.statements.updates import unmarked_rows_condition
from hervat.erasure.system import LocalSystem

_RowId: TypeAlias = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class OldValue:
    """What stood in a column before the mark: text on PostgreSQL, the bare value on SQLite. Never print it."""

    person: str
    table: str
    key: list[Any] = field(repr=False)
    column: str
    old: Any = field(repr=False)
    mark: Any = field(repr=False)


def kept_values(connection: Connection, reach: Reach, asked: AskedPersons, marks: tuple[Mark, ...]) -> list[OldValue]:
    """Return the values that the marks will overwrite, once for each person whose root holds the row."""
    below = any(mark.table not in reach.shape.root_tables for mark in marks)
    owners = _owners(connection, reach, asked, below)
    return [one for mark in marks for one in _kept(connection, reach, mark, owners)]


def _kept(connection: Connection, reach: Reach, mark: Mark, owners: dict[_RowId, set[str]]) -> Iterator[OldValue]:
    table, database = reach.schema[mark.table], database_of(connection)
    columns = [database.portable(table.column(name)) for name in (*table.primary, mark.column)]
    rows = connection.execute(
        select(*columns, database.portable(mark.literal)).where(unmarked_rows_condition(mark, reach))
    )
    for *key, old, bears in rows:
        for person in sorted(owners[mark.table, tuple(key)]):
            yield OldValue(person, mark.table, key, mark.column, old, bears)


def _owners(connection: Connection, reach: Reach, asked: AskedPersons, below: bool) -> dict[_RowId, set[str]]:
    """Return whose each row is: of the roots, and where needed of all that hangs from them."""
    found: defaultdict[_RowId, set[str]] = defaultdict(set)
    for root, owners in asked.owners.items():
        keys = [database_of(connection).portable(one) for one in asked.owner_keys(root)]
        for person, *key in connection.execute(select(owners.c.person, *keys).where(owners.c.verdict == 1)):
            found[root, tuple(key)].add(person)
    if not below:
        return found
    holds = _holds(connection, reach)
    waiting = list(found)
    while waiting:
        at = waiting.pop()
        for held in holds[at]:
            if not found[at] <= found[held]:
                found[held] |= found[at]
                waiting.append(held)
    return found


def _holds(connection: Connection, reach: Reach) -> defaultdict[_RowId, list[_RowId]]:
    holds: defaultdict[_RowId, list[_RowId]] = defaultdict(list)
    for one in reach.shape.holdings:
        if one.holder in reach.sets:
            for held, holder in reach.pairs(connection, one, database_of(connection).portable):
                holds[one.holder, holder].append((one.held, held))
    return holds


@dataclass(frozen=True)
class Lifted:
    """What lifting came to: how many values were put back, and which kept ones were not.

    other: something else stands there now (the vendor's value stays); gone: the row is not there any more.
    """

    back: int
    other: tuple[OldValue, ...] = field(default=(), repr=False)
    gone: tuple[OldValue, ...] = field(default=(), repr=False)


def lift(local: LocalSystem, kept: Sequence[OldValue]) -> Lifted:
    """Put old values back, in one transaction, where the mark still stands. Return what became of all of them.

    Of several values kept of one column of one row the last counts. Raises CleaningError; then nothing was changed.
    """
    groups: defaultdict[tuple[str, str], list[OldValue]] = defaultdict(list)
    for one in reversed(kept):  # the mark stands for the first alone
        groups[one.table, one.column].append(one)
    with guarded(local.name, "lifting a restriction"), locked(local) as connection:
        local.database.begin_writing(connection)
        parts = [_lift(connection, local, ones) for ones in groups.values()]
        if any(part.back for part in parts):
            refresh_views(connection, local, refreshable_copies(local, {table for table, _ in groups}))
        connection.commit()
    other, gone = (one for part in parts for one in part.other), (one for part in parts for one in part.gone)
    return Lifted(sum(part.back for part in parts), tuple(other), tuple(gone))


def _lift(connection: Connection, local: LocalSystem, kept: list[OldValue]) -> Lifted:
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
    for some in key_conditions(table, keys, database):
        for *key, value in connection.execute(select(*columns).where(some)):
            yield tuple(key), value


def _values(one: OldValue) -> dict[str, Any]:
    return {"v_old": one.old, "v_mark": one.mark, **{f"v_k{at}": value for at, value in enumerate(one.key)}}


def _statement(table: TableInfo, column: str, database: Database) -> Update:
    same = [
        database.bare(table.column(name)) == database.bound(f"v_k{at}", table.column(name))
        for at, name in enumerate(table.primary)
    ]
    target = table.column(column)
    stands = database.bare(target).is_not_distinct_from(database.bound("v_mark", target))
    return update(table.sa).where(*same, stands).values({column: database.bound("v_old", target)})
