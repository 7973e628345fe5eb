"""Proof that the rows of other people did not change: digests before and after (rule 4)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    case,
    func,
    literal_column,
    not_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import NullType

from hervat.databases import database_of
from hervat.erasure.errors import ConservationError
from hervat.erasure.execution.interference import mend
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal
from hervat.erasure.schema.model import Schema, TableInfo
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.statements.effects import deleted_from, may_change, triggers_met, updated_in, writes_anywhere
from hervat.erasure.system import LocalSystem

_SMALL = 1000  # rows: at most so many are compared whole
_AT_EITHER_END = 100


class Witness:
    """Made before anything is done: it remembers keys and a digest a table. `whole`, `sampled`: which tables.

    A row that the plan erases, sets to null in or marks is none of the others' rows: what the database itself then
    changes in it (a generated column, a day of the last change) is not looked at.
    """

    def __init__(
        self, connection: Connection, local: LocalSystem, survey: PlanSurvey, counts: Mapping[str, int]
    ) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        further = set(local.schema.tables if writes_anywhere(local) else local.shape.concerned)
        looked = sorted(further - may_change(local) - local.schema.moving)
        able = [name for name in looked if local.schema[name].primary or self._plain(name, counts[name])]
        self.whole = tuple(name for name in able if counts[name] <= _SMALL)
        self.sampled = tuple(name for name in able if counts[name] > _SMALL)
        keyed = (name for name in able if local.schema[name].primary)
        self._samples = {name: self._sample(at, name) for at, name in enumerate(keyed)}
        self._before = {name: self._digest(name, first=True) for name in able}
        self._all = {name: self._everyone(at, name) for at, name in enumerate(self._written(counts))}

    def refuse_changed(self) -> None:
        """Raise ConservationError, naming the tables, when rows that are not of the plan are no longer as they were."""
        changed = {name for name, digest in self._before.items() if self._digest(name, first=False) != digest}
        changed |= {name for name, (keys, count) in self._all.items() if self._there(name, keys) != count}
        if changed:
            told = f"rows of others would change in {', '.join(sorted(changed))}; nothing was done"
            why = mend(self._connection, self._local, changed)
            raise ConservationError(f"system {self._local.name}: {told}; {why}")

    def _written(self, counts: Mapping[str, int]) -> list[str]:
        """Return the large tables that the plan writes to, and by name a trigger too: no sample is enough there."""
        written = deleted_from(self._local) | updated_in(self._local)
        named = {name for one in triggers_met(self._local) for name in one.writes} & written
        return sorted(name for name in named if counts[name] > _SMALL and self._local.schema[name].primary)

    def _everyone(self, at: int, name: str) -> tuple[Scratch, int]:
        table = self._local.schema[name]
        keys = {f"k{part}": table.column(one) for part, one in enumerate(table.primary)}
        found = Scratch(self._connection, f"hervat_e{at}", keys)
        count = found.fill(select(*keys.values()).where(*self._untouched(name)))
        found.analyze()
        return found, count

    def _there(self, name: str, keys: Scratch) -> int:
        joined = _joined(self._local.schema[name], keys)
        return self._connection.scalar(select(func.count()).select_from(joined)) or 0

    def _plain(self, name: str, count: int) -> bool:
        """Say whether a table without a primary key can be compared: small, and no row of it stays and is changed."""
        return count <= _SMALL and not any(one.table == name for one in self._survey.erasure.nullings)

    def _digest(self, name: str, first: bool) -> int:
        """Return a digest that does not depend on the order of the rows, and counts one that stands there twice."""
        table = self._local.schema[name]
        wanted = select(*(type_coerce(column, NullType()) for column in table.sa.c)).select_from(self._source(table))
        if first and name not in self._samples:
            wanted = wanted.where(*self._untouched(name))
        rows = self._connection.execute(wanted)
        return sum(digest_of(row) for row in rows)

    def _source(self, table: TableInfo) -> FromClause:
        if table.name not in self._samples:
            return table.sa
        return _joined(table, self._samples[table.name])

    def _sample(self, at: int, name: str) -> Scratch:
        """Remember the keys of others' rows: all of a small table, else those at either end."""
        table = self._local.schema[name]
        keys = {f"k{at}": table.column(one) for at, one in enumerate(table.primary)}
        found = Scratch(self._connection, f"hervat_s{at}", keys)
        for source in self._sources(table, list(keys.values())):
            found.fill(select(*keys.values()).select_from(source).where(*self._untouched(name)))
        found.analyze()
        return found

    def _sources(self, table: TableInfo, keys: list[ColumnElement[Any]]) -> Iterator[FromClause]:
        """Yield where to look for others' rows: the table, or of a large one the rows at either end."""
        if table.name not in self.sampled:
            yield table.sa
            return
        for order in (keys, [one.desc() for one in keys]):
            ends = select(*keys).order_by(*order).limit(_AT_EITHER_END).subquery()
            yield table.sa.join(ends, equal(list(ends.c), keys))

    def _untouched(self, name: str) -> list[ColumnElement[bool]]:
        """Say that the plan does nothing to a row of the table."""
        erasure, sets = self._survey.erasure, self._survey.reach.sets
        if self._local.system.policy != "erase":
            marked = any(mark.table == name for mark in self._local.marks)
            return [not_(sets[name].holds(self._local.schema[name].sa, lost=0))] if marked else []
        kept = [erasure.survives(name)] if name in self._local.shape.tables else []
        nulled = (one for one in erasure.nullings if one.table == name)
        return kept + [case((erasure.pointing(one), 1), else_=0) == 0 for one in nulled]


def digest_of(row: Iterable[Any]) -> int:
    """Return a number for the content of a row."""
    return int.from_bytes(sha256(repr(tuple(row)).encode()).digest())


def _joined(table: TableInfo, keys: Scratch) -> FromClause:
    return table.sa.join(keys.table, equal(list(keys.c), [table.column(one) for one in table.primary]))


_TOGETHER = 50


def count_tables(connection: Connection, schema: Schema) -> dict[str, int]:
    """Return the number of rows of every table but the database's own indexes, as this transaction sees them.

    Many tables in one statement, which a database may share out over its processors.
    """
    tables, found = [one for one in schema.tables.items() if one[0] not in schema.moving], dict[str, int]()
    for start in range(0, len(tables), _TOGETHER):
        some = tables[start : start + _TOGETHER]
        counts = [_count(at, table) for at, (_, table) in enumerate(some)]
        found |= {some[at][0]: count for at, count in connection.execute(union_all(*counts))}
    return found


def _count(at: int, table: TableInfo) -> Select[int, int]:
    return select(literal_column(str(at), Integer), func.count()).select_from(table.sa)


def grown(
    system: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    planned: Mapping[str, int],
    may_grow: Collection[str],
    mend: Callable[[Iterable[str]], str],
) -> dict[str, int]:
    """Return by how much the tables grew that a named trigger writes to (`may_grow`).

    Raises ConservationError when any other table is not exactly before - planned, with the names, the
    counts, and what `mend` says of those tables.
    """
    off = {name: after[name] - count + planned.get(name, 0) for name, count in before.items()}
    wrong = {name: by for name, by in off.items() if by < 0 or (by > 0 and name not in may_grow)}
    if wrong:
        told = ", ".join(f"{name} ({by:+d} rows)" for name, by in sorted(wrong.items()))
        text = f"other tables than planned would change: {told}; nothing was done; {mend(wrong)}"
        raise ConservationError(f"system {system}: {text}")
    return {name: by for name, by in off.items() if by}


def dangling(connection: Connection, tables: Iterable[str]) -> Counter[tuple[str, str]]:
    """Return how many keys of each (table, target) point nowhere, where the database does not refuse that itself."""
    database = database_of(connection)
    database.check_keys_now(connection)
    return Counter(pair for name in sorted(tables) for pair in database.dangling(connection, name))


def refuse_dangling(system: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> None:
    """Raise ConservationError when more keys point nowhere than before."""
    if more := after - before:
        told = ", ".join(f"{table} -> {target} ({count})" for (table, target), count in sorted(more.items()))
        raise ConservationError(f"system {system}: keys would point nowhere: {told}; nothing was done")
