"""The rows of others, before and after: the same digest, of all rows where a table is small, else of a sample.

What is read is hashed at once and never kept. It proves that the rows looked at did not change; of a large table
these are the first and the last by primary key, and `sampled` says so.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, type_coerce
from sqlalchemy.types import NullType

from hervat.cleaning.errors import ConservationError
from hervat.cleaning.fingerprint import triggers_met
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem

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
        wanted: Select[Any] = select(*(columns or [literal(1)])).select_from(table.sa)
        if before:
            wanted = self._without_planned(wanted, name)
        looks = self._ends(wanted, table) if name in self.sampled else [wanted]
        return sum(map(self._sum, looks))

    def _without_planned(self, wanted: Select[Any], name: str) -> Select[Any]:
        if self._local.system.policy != "erase" or name not in self._local.shape.tables:
            return wanted
        return wanted.where(self._survey.erasure.survives(name))

    def _set(self, name: str) -> Collection[str]:
        """Return the columns of the table that the plan itself sets: to null, or to a mark."""
        if self._local.system.policy == "erase":
            return {one for found in self._survey.erasure.nullings if found.table == name for one in found.columns}
        return {mark.column for mark in self._local.marks if mark.table == name}

    def _ends(self, wanted: Select[Any], table: TableInfo) -> list[Select[Any]]:
        keys = [table.column(one) for one in table.primary]
        first, last = wanted.order_by(*keys), wanted.order_by(*(one.desc() for one in keys))
        return [first.limit(_AT_EITHER_END), last.limit(_AT_EITHER_END)]

    def _sum(self, wanted: Select[Any]) -> int:
        """Return a digest that does not depend on the order of the rows, and counts one that stands there twice."""
        rows = self._connection.execute(wanted)
        return sum(int.from_bytes(sha256(repr(tuple(row)).encode()).digest()) for row in rows)
