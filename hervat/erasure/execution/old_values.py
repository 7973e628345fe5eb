"""Old values of restricted columns: saved before they are overwritten, restored when the restriction ends."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, update
from sqlalchemy.sql.dml import Update

from hervat.databases import Database, database_of
from hervat.erasure.errors import CleaningError, translated_errors
from hervat.erasure.execution.lock import locked
from hervat.erasure.footprint.marks import Mark
from hervat.erasure.schema.joins import RowKey, key_conditions
from hervat.erasure.schema.model import TableInfo
from hervat.erasure.selection.persons import AskedPersons
from hervat.erasure.selection.reach import Reach
from hervat.erasure.statements.effects import refresh_views, refreshable_copies
from hervat.erasure.statements.updates import unmarked_rows_condition
from hervat.erasure.system import LocalSystem
from hervat.plural import plural

_RowId: TypeAlias = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class OldValue:
    """The value of a column before its mark: text on PostgreSQL, the bare value on SQLite. Never print it."""

    person: str
    table: str
    key: list[Any] = field(repr=False)
    column: str
    old: Any = field(repr=False)
    mark: Any = field(repr=False)


def old_values(connection: Connection, reach: Reach, asked: AskedPersons, marks: tuple[Mark, ...]) -> list[OldValue]:
    """Return the values that the marks will overwrite, once for each person whose root holds the row."""
    below_roots = any(mark.table not in reach.shape.root_tables for mark in marks)
    owners = _owners(connection, reach, asked, below_roots)
    return [value for mark in marks for value in _values_of(connection, reach, mark, owners)]


def _values_of(connection: Connection, reach: Reach, mark: Mark, owners: dict[_RowId, set[str]]) -> Iterator[OldValue]:
    table, database = reach.schema[mark.table], database_of(connection)
    columns = [database.portable(table.column(name)) for name in (*table.primary, mark.column)]
    rows = connection.execute(
        select(*columns, database.portable(mark.literal)).where(unmarked_rows_condition(mark, reach))
    )
    for *key, old, value in rows:
        for person in sorted(owners[mark.table, tuple(key)]):
            yield OldValue(person, mark.table, key, mark.column, old, value)


def _owners(connection: Connection, reach: Reach, asked: AskedPersons, below_roots: bool) -> dict[_RowId, set[str]]:
    """Return the persons whose each row is: of the roots, and with `below_roots` of the rows that hang from them."""
    owners_of: defaultdict[_RowId, set[str]] = defaultdict(set)
    for root, owners in asked.owners.items():
        keys = [database_of(connection).portable(key) for key in asked.owner_keys(root)]
        for person, *key in connection.execute(select(owners.c.person, *keys).where(owners.c.verdict == 1)):
            owners_of[root, tuple(key)].add(person)
    if not below_roots:
        return owners_of
    held_by = _held_by(connection, reach)
    queue = list(owners_of)
    while queue:
        holder = queue.pop()
        for held in held_by[holder]:
            if not owners_of[holder] <= owners_of[held]:
                owners_of[held] |= owners_of[holder]
                queue.append(held)
    return owners_of


def _held_by(connection: Connection, reach: Reach) -> defaultdict[_RowId, list[_RowId]]:
    """Return the rows that each row holds."""
    held_by: defaultdict[_RowId, list[_RowId]] = defaultdict(list)
    for holding in reach.shape.holdings:
        if holding.holder in reach.sets:
            for held, holder in reach.pairs(connection, holding, database_of(connection).portable):
                held_by[holding.holder, holder].append((holding.held, held))
    return held_by


@dataclass(frozen=True)
class Lifted:
    """How many values were restored, and which saved ones were not.

    other: the column has another value now (the vendor's value stays); gone: the row is no longer there.
    """

    back: int
    other: tuple[OldValue, ...] = field(default=(), repr=False)
    gone: tuple[OldValue, ...] = field(default=(), repr=False)


def lift(local: LocalSystem, saved: Sequence[OldValue]) -> Lifted:
    """Restore old values in one transaction, where the column still has the mark.

    If several old values were saved for one cell, the last one wins. Raises CleaningError; then nothing was changed.
    """
    by_column: defaultdict[tuple[str, str], list[OldValue]] = defaultdict(list)
    for value in reversed(saved):  # once the first is restored, the cell has no mark for the others
        by_column[value.table, value.column].append(value)
    with translated_errors(local.name, "lifting a restriction"), locked(local) as connection:
        local.database.begin_writing(connection)
        parts = [_lift_column(connection, local, values) for values in by_column.values()]
        if any(part.back for part in parts):
            refresh_views(connection, local, refreshable_copies(local, {table for table, _ in by_column}))
        connection.commit()
    other = (value for part in parts for value in part.other)
    gone = (value for part in parts for value in part.gone)
    return Lifted(sum(part.back for part in parts), tuple(other), tuple(gone))


def _lift_column(connection: Connection, local: LocalSystem, saved: list[OldValue]) -> Lifted:
    table, column = saved[0].table, saved[0].column
    if column not in (local.schema[table].columns if table in local.schema.tables else ()):
        message = f"{table}.{column} is gone: {plural(len(saved), 'old value')} not restored (still saved)"
        raise CleaningError(f"system {local.name}: {message}")
    info = local.schema[table]
    parameters = [_parameters(value) for value in saved]
    restored = connection.execute(_statement(info, column, local.database), parameters).rowcount
    last = {tuple(value.key): value for value in reversed(saved)}
    now = dict(_current(connection, info, column, list(last)))
    other = [value for key, value in last.items() if key in now and now[key] not in (value.old, value.mark)]
    return Lifted(restored, tuple(other), tuple(value for key, value in last.items() if key not in now))


def _current(connection: Connection, table: TableInfo, column: str, keys: list[RowKey]) -> Iterator[tuple[RowKey, Any]]:
    """Yield primary key and value of the rows that are present, in the form in which they were saved."""
    database = database_of(connection)
    columns = [database.portable(table.column(name)) for name in (*table.primary, column)]
    for condition in key_conditions(table, keys, database):
        for *key, value in connection.execute(select(*columns).where(condition)):
            yield tuple(key), value


def _parameters(value: OldValue) -> dict[str, Any]:
    return {"v_old": value.old, "v_mark": value.mark, **{f"v_k{at}": part for at, part in enumerate(value.key)}}


def _statement(table: TableInfo, column: str, database: Database) -> Update:
    same_row = [
        database.bare(table.column(name)) == database.bound(f"v_k{at}", table.column(name))
        for at, name in enumerate(table.primary)
    ]
    target = table.column(column)
    has_mark = database.bare(target).is_not_distinct_from(database.bound("v_mark", target))
    return update(table.sa).where(*same_row, has_mark).values({column: database.bound("v_old", target)})
