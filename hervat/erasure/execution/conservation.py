"""Proof that other people's rows did not change: row counts, digests and dangling keys, before and after."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    case,
    func,
    not_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from hervat.databases import database_of
from hervat.erasure.errors import ConservationError
from hervat.erasure.execution.interference import remedy
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal
from hervat.erasure.schema.model import Schema, TableInfo
from hervat.erasure.selection.counts import counted
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.statements.effects import (
    deleted_from,
    may_change,
    may_grow,
    triggers_met,
    updated_in,
    writes_anywhere,
)
from hervat.erasure.system import LocalSystem

_MAX_COMPARED_WHOLE = 1000  # rows; of a larger table only a sample is compared
_SAMPLED_AT_EACH_END = 100


class Witness:
    """Digests of other people's rows, taken when it is made. `whole`, `sampled`: the tables that it compares.

    Rows that the plan erases, marks or sets a key to null in are left out: what the database then changes in them by
    itself (a generated column, a date of last change) is not compared.
    """

    def __init__(self, survey: PlanSurvey, counts: Mapping[str, int]) -> None:
        self._connection, self._local, self._survey = survey.connection, survey.local, survey
        local = survey.local
        watched = set(local.schema.tables if writes_anywhere(local) else local.shape.concerned)
        candidates = sorted(watched - may_change(local) - local.schema.moving)
        compared = [name for name in candidates if local.schema[name].primary or self._without_key(name, counts[name])]
        self.whole = tuple(name for name in compared if counts[name] <= _MAX_COMPARED_WHOLE)
        self.sampled = tuple(name for name in compared if counts[name] > _MAX_COMPARED_WHOLE)
        keyed = (name for name in compared if local.schema[name].primary)
        self._samples = {name: self._sample(at, name) for at, name in enumerate(keyed)}
        self._before = {name: self._digest(name, first=True) for name in compared}
        self._all = {name: self._all_keys(at, name) for at, name in enumerate(self._written(counts))}

    def refuse_changed(self) -> None:
        """Raise ConservationError, naming the tables, if rows outside the plan differ from before."""
        changed = {name for name, digest in self._before.items() if self._digest(name, first=False) != digest}
        changed |= {name for name, (keys, count) in self._all.items() if self._present(name, keys) != count}
        if changed:
            message = f"other people's rows would change in {', '.join(sorted(changed))}; nothing was done"
            advice = remedy(self._connection, self._local, changed)
            raise ConservationError(f"system {self._local.name}: {message}; {advice}")

    def _written(self, counts: Mapping[str, int]) -> list[str]:
        """Return the large tables written to by the plan and by a named trigger too: a sample is not enough there."""
        written = deleted_from(self._local) | updated_in(self._local)
        named = {name for trigger in triggers_met(self._local) for name in trigger.writes} & written
        return sorted(name for name in named if counts[name] > _MAX_COMPARED_WHOLE and self._local.schema[name].primary)

    def _all_keys(self, at: int, name: str) -> tuple[Scratch, int]:
        """Return the keys of all other people's rows of a table, and how many they are."""
        columns = _key_columns(self._local.schema[name])
        keys = Scratch(self._connection, f"hervat_e{at}", columns)
        count = keys.fill(select(*columns.values()).where(*self._untouched(name)))
        keys.analyze()
        return keys, count

    def _present(self, name: str, keys: Scratch) -> int:
        rows = _joined(self._local.schema[name], keys)
        return self._connection.scalar(select(func.count()).select_from(rows)) or 0

    def _without_key(self, name: str, count: int) -> bool:
        """True if a table without a primary key can be compared: it is small, and no row of it is changed."""
        nulled = any(nulling.table == name for nulling in self._survey.erasure.nullings)
        return count <= _MAX_COMPARED_WHOLE and not nulled

    def _digest(self, name: str, first: bool) -> int:
        """Return a digest that does not depend on the order of the rows and counts equal rows separately."""
        table = self._local.schema[name]
        query = select(*(type_coerce(column, NullType()) for column in table.sa.c)).select_from(self._source(table))
        if first and name not in self._samples:
            query = query.where(*self._untouched(name))
        return sum(digest_of(row) for row in self._connection.execute(query))

    def _source(self, table: TableInfo) -> FromClause:
        if table.name not in self._samples:
            return table.sa
        return _joined(table, self._samples[table.name])

    def _sample(self, at: int, name: str) -> Scratch:
        """Save the keys of other people's rows: all of a small table, else those at both ends."""
        table = self._local.schema[name]
        columns = _key_columns(table)
        keys = Scratch(self._connection, f"hervat_s{at}", columns)
        for source in self._sources(table, list(columns.values())):
            keys.fill(select(*columns.values()).select_from(source).where(*self._untouched(name)))
        if name in self.sampled:  # the planner can't do much wrong with a small table
            keys.analyze()
        return keys

    def _sources(self, table: TableInfo, keys: list[ColumnElement[Any]]) -> Iterator[FromClause]:
        """Yield the rows to sample from: the whole table, or the rows at both ends of a large one."""
        if table.name not in self.sampled:
            yield table.sa
            return
        for order in (keys, [key.desc() for key in keys]):
            ends = select(*keys).order_by(*order).limit(_SAMPLED_AT_EACH_END).subquery()
            yield table.sa.join(ends, equal(list(ends.c), keys))

    def _untouched(self, name: str) -> list[ColumnElement[bool]]:
        """SQL conditions: the plan does nothing to a row of the table."""
        erasure, sets = self._survey.erasure, self._survey.reach.sets
        if self._local.system.policy != "erase":
            marked = any(mark.table == name for mark in self._local.marks)
            return [not_(sets[name].holds(self._local.schema[name].sa, lost=0))] if marked else []
        surviving = [erasure.survives(name)] if name in self._local.shape.tables else []
        nullings = (nulling for nulling in erasure.nullings if nulling.table == name)
        return surviving + [case((erasure.pointing(nulling), 1), else_=0) == 0 for nulling in nullings]


def digest_of(row: Iterable[Any]) -> int:
    """Return a number for the content of a row."""
    return int.from_bytes(sha256(repr(tuple(row)).encode()).digest())


def _key_columns(table: TableInfo) -> dict[str, ColumnElement[Any]]:
    return {f"k{at}": table.column(name) for at, name in enumerate(table.primary)}


def _joined(table: TableInfo, keys: Scratch) -> FromClause:
    return table.sa.join(keys.table, equal(list(keys.c), [table.column(name) for name in table.primary]))


def count_tables(connection: Connection, schema: Schema) -> dict[str, int]:
    """Return the row count of every table as this transaction sees it, without the database's own index tables."""
    tables = {name: table.sa for name, table in schema.tables.items() if name not in schema.moving}
    queries = {name: select(func.count()).select_from(table) for name, table in tables.items()}
    return {name: count for name, (count,) in counted(connection, queries).items()}


def grown(
    local: LocalSystem,
    before: Mapping[str, int],
    after: Mapping[str, int],
    erased: Mapping[str, int],
    advice: Callable[[Iterable[str]], str],
) -> dict[str, int]:
    """Return by how many rows each table grew that a named trigger may write to.

    Raises ConservationError if any other table does not have exactly before - erased rows, with the names, the
    differences, and the `advice` about those tables.
    """
    differences = {name: after[name] - count + erased.get(name, 0) for name, count in before.items()}
    growing = may_grow(local)
    wrong = {name: rows for name, rows in differences.items() if rows < 0 or (rows > 0 and name not in growing)}
    if wrong:
        counts = ", ".join(f"{name} ({rows:+d} rows)" for name, rows in sorted(wrong.items()))
        message = f"other tables than planned would change: {counts}; nothing was done; {advice(wrong)}"
        raise ConservationError(f"system {local.name}: {message}")
    return {name: rows for name, rows in differences.items() if rows}


def dangling(connection: Connection, tables: Iterable[str]) -> Counter[tuple[str, str]]:
    """Return how many keys of each (table, target) point nowhere, where the database does not refuse that itself."""
    database = database_of(connection)
    database.check_keys_now(connection)
    return Counter(pair for name in sorted(tables) for pair in database.dangling(connection, name))


def refuse_dangling(system: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> None:
    """Raise ConservationError if more keys point nowhere than before."""
    if more := after - before:
        keys = ", ".join(f"{table} -> {target} ({count})" for (table, target), count in sorted(more.items()))
        raise ConservationError(f"system {system}: keys would point nowhere: {keys}; nothing was done")
