"""The rows of others, before and after: the same digest, of all rows where a table is small, else of a sample.

What is read is hashed at once and never kept. It proves that the rows looked at did not change; of a large table
these are the first and the last by primary key, and `sampled` says so.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, not_, select, type_coerce
from sqlalchemy.types import NullType

from hervat.cleaning.errors import ConservationError
from hervat.cleaning.joining import equal
from hervat.cleaning.openly import changed_openly, writes_anywhere
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.workspace import Scratch

_SMALL = 1000  # rows: at most so many are compared whole
_AT_EITHER_END = 100


class Witness:
    """Made before anything is done: it remembers keys and a digest a table. `whole`, `sampled`: which tables.

    A row that the plan erases, sets to null in or marks is none of the others' rows: what the database itself then
    changes in it (a generated column, a day of the last change) is not looked at.
    """

    def __init__(self, connection: Connection, local: LocalSystem, survey: Survey, counts: Mapping[str, int]) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        further = set(local.schema.tables if writes_anywhere(local) else local.shape.concerned)
        looked = sorted(further - changed_openly(local) - local.schema.moving)
        able = [name for name in looked if local.schema[name].primary or self._plain(name, counts[name])]
        self.whole = tuple(name for name in able if counts[name] <= _SMALL)
        self.sampled = tuple(name for name in able if counts[name] > _SMALL)
        keyed = (name for name in able if local.schema[name].primary)
        self._samples = {name: self._sample(at, name) for at, name in enumerate(keyed)}
        self._before = {name: self._digest(name, first=True) for name in able}

    def refuse_changed(self) -> None:
        """Raise ConservationError, naming the tables, when rows that are not of the plan are no longer as they were."""
        changed = [name for name, digest in self._before.items() if self._digest(name, first=False) != digest]
        if changed:
            told = f"rows of others would change in {', '.join(changed)}; nothing was done"
            raise ConservationError(f"system {self._local.name}: {told}")

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
        return sum(int.from_bytes(sha256(repr(tuple(row)).encode()).digest()) for row in rows)

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


def _joined(table: TableInfo, keys: Scratch) -> FromClause:
    return table.sa.join(keys.table, equal(list(keys.c), [table.column(one) for one in table.primary]))
