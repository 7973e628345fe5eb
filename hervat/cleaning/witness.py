"""The rows of others, before and after: the same digest, of all rows where a table is small, else of a sample.

What is read is hashed at once and never kept. It proves that the rows looked at did not change; of a large table
these are the first and the last by primary key, and `sampled` says so.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, literal, select, type_coerce
from sqlalchemy.types import NullType

from hervat.cleaning.errors import ConservationError
from hervat.cleaning.fingerprint import triggers_met
from hervat.cleaning.joining import equal
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.workspace import Scratch

_SMALL = 1000  # rows: at most so many are compared whole
_AT_EITHER_END = 100


class Witness:
    """Made before anything is done: it remembers a digest a table. `whole`, `sampled`, `uncompared`: which tables."""

    def __init__(self, connection: Connection, local: LocalSystem, survey: Survey, counts: Mapping[str, int]) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        grows = {name for trigger in triggers_met(local) for name in trigger.writes}
        looked = sorted((set(local.schema.tables) if grows else set(local.shape.concerned)) - grows)
        self.whole = tuple(name for name in looked if counts[name] <= _SMALL)
        able = [name for name in looked if counts[name] > _SMALL and local.schema[name].primary]
        self.sampled = tuple(able)
        self.uncompared = tuple(sorted(set(looked) - {*self.whole, *self.sampled}))
        self._samples = {name: self._sample(at, name) for at, name in enumerate(self.sampled)}
        self._before = {name: self._digest(name, before=True) for name in (*self.whole, *self.sampled)}

    def refuse_changed(self) -> None:
        """Raise ConservationError, naming the tables, when rows that are not of the plan are no longer as they were."""
        changed = [name for name, digest in self._before.items() if self._digest(name, before=False) != digest]
        if changed:
            told = f"rows of others would change in {', '.join(changed)}; nothing was done"
            raise ConservationError(f"system {self._local.name}: {told}")

    def _digest(self, name: str, before: bool) -> int:
        table = self._local.schema[name]
        columns: list[ColumnElement[Any]] = [
            type_coerce(table.column(one), NullType()) for one in table.columns if one not in self._set(name)
        ]
        wanted: Select[Any] = select(*(columns or [literal(1)])).select_from(self._source(table))
        if before and self._local.system.policy == "erase" and name in self._local.shape.tables:
            wanted = wanted.where(self._survey.erasure.survives(name))
        return self._sum(wanted)

    def _source(self, table: TableInfo) -> FromClause:
        if table.name not in self._samples:
            return table.sa
        sample = self._samples[table.name].table
        return table.sa.join(sample, equal(list(sample.c), [table.column(one) for one in table.primary]))

    def _sample(self, at: int, name: str) -> Scratch:
        """Remember the keys of the rows at either end."""
        table = self._local.schema[name]
        keys = [table.column(one) for one in table.primary]
        found = Scratch(self._connection, f"hervat_s{at}", {f"k{at}": one for at, one in enumerate(keys)})
        for order in (keys, [one.desc() for one in keys]):
            found.fill(select(*keys).order_by(*order).limit(_AT_EITHER_END))
        found.analyze()
        return found

    def _set(self, name: str) -> Collection[str]:
        """Return the columns of the table that the plan itself sets: to null, or to a mark."""
        if self._local.system.policy == "erase":
            return {one for found in self._survey.erasure.nullings if found.table == name for one in found.columns}
        return {mark.column for mark in self._local.marks if mark.table == name}

    def _sum(self, wanted: Select[Any]) -> int:
        """Return a digest that does not depend on the order of the rows, and counts one that stands there twice."""
        rows = self._connection.execute(wanted)
        return sum(int.from_bytes(sha256(repr(tuple(row)).encode()).digest()) for row in rows)
