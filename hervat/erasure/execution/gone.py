"""The rows that a plan erases, held against what really went: by count, by their own keys, and by who still names them.

A trigger or a rule can keep a row, turn it into another, hang it elsewhere or put it back, while every statement seems
to succeed. Where the database says that nothing in it acts by itself, its own word on declared keys is enough.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, exists, func, not_, select

from hervat.erasure.errors import CleaningError, ConservationError
from hervat.erasure.execution.interference import mend
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import among, equal, filled, sides
from hervat.erasure.schema.model import Key
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.selection.reach import targets_primary_key
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.system import LocalSystem


class GoneRows:
    """Made before anything is done: it counts what each statement must take, and keeps the keys of those rows.

    `collected`: the rows that go of the tables whose keys were collected anyway; `planned`: of the others too, where
    something in the database may act by itself. What it keeps lies in temporary tables, which outlive the commit.
    """

    def __init__(self, connection: Connection, local: LocalSystem, survey: PlanSurvey) -> None:
        self._connection, self._local, self._erasure = connection, local, survey.erasure
        self.stirred = local.database.stirs(connection)
        self.collected = survey.collected()
        self._kept: dict[str, Scratch] = {}
        self.planned = self.collected | (dict(self._others()) if self.stirred else {})
        self._values = dict(self._borne())

    def refuse_kept(self) -> None:
        """Raise ConservationError when a row that was erased is there, or when a row names one that is not."""
        if not self.stirred:
            return
        if standing := self._standing():
            told = ", ".join(f"{count} erased rows would stand in {name}" for name, count in standing.items())
            raise ConservationError(self._said(f"{told}; nothing was done", standing))
        if naming := self._naming():
            told = ", ".join(f"{count} rows would name, by {key}, what was erased" for key, count in naming.items())
            raise ConservationError(self._said(f"{told}; nothing was done", {key.table: 1 for key in naming}))

    def look_again(self) -> None:
        """Look, in the transaction that is open now (the commit was before it), for the rows and for who names them.

        Raises CleaningError with the tables and the counts. It can't tell a row that came back from a new one that got
        the same key since: either is told, and the next run goes on.
        """
        if standing := self._standing():
            told = ", ".join(f"{count} rows that were erased stand in {name}" for name, count in standing.items())
            raise CleaningError(self._said(f"after the commit {told} (or new ones under their keys)", standing))
        if naming := self._naming():
            told = ", ".join(f"{count} rows name, by {key}, what was erased" for key, count in naming.items())
            raise CleaningError(self._said(f"after the commit {told}", {key.table: 1 for key in naming}))

    def _said(self, told: str, tables: dict[str, int]) -> str:
        return f"system {self._local.name}: {told}; {mend(self._connection, self._local, tables)}"

    def _others(self) -> Iterator[tuple[str, int]]:
        """Count the rows of leaves and link tables that go, and keep their keys where they have one."""
        for at, name in enumerate(uncollected(self._erasure)):
            if not self._may_go(name):
                yield name, 0
                continue
            table = self._local.schema[name]
            if not table.primary:
                yield name, self._erasure.rows(self._connection, name)
                continue
            keys = {f"k{part}": table.column(one) for part, one in enumerate(table.primary)}
            kept = Scratch(self._connection, f"hervat_g{at}", keys)
            yield name, kept.fill(select(*keys.values()).where(self._erasure.erased(name)))
            self._kept[name] = kept

    def _may_go(self, name: str) -> bool:
        return any(key.target in self.collected for key in self._local.shape.keys_of(name))

    def _borne(self) -> Iterator[tuple[Key, Scratch]]:
        """Keep what the rows that go bear in columns that others name them by, other than their primary keys."""
        for at, key in enumerate(self._watched()):
            if targets_primary_key(key, self._local.schema):
                continue
            target, goes = self._local.schema[key.target], self._erasure.reach.sets[key.target]
            columns = {name: target.column(name) for name in key.target_columns}
            values = Scratch(self._connection, f"hervat_v{at}", columns)
            erased = among(goes.primary, goes.rows(lost=0))
            values.fill(select(*columns.values()).where(erased, filled(list(columns.values()))))
            yield key, values

    def _watched(self) -> list[Key]:
        """Return the keys that could be left pointing at what went, and that the database does not answer for."""
        met = [key for key in self._local.shape.pointing_in if key.target in self.collected]
        return [key for key in met if self.stirred or not key.declared]

    def _standing(self) -> dict[str, int]:
        found = {name: self._again(self._erasure.reach.sets[name]) for name in self.collected}
        found |= {name: self._of(name, kept) for name, kept in self._kept.items()}
        return {name: count for name, count in sorted(found.items()) if count}

    def _again(self, goes: KeySet) -> int:
        """Return how many rows of a set are in their table. From the set to the table, by its primary key."""
        goes.settle()
        here = goes.sa.alias()
        keys = [here.c[one.name] for one in goes.keys]
        found = select(func.count()).select_from(here.join(goes.table.sa, equal(keys, goes.primary)))
        return self._count(found.where(here.c.lost == 0))

    def _of(self, name: str, kept: Scratch) -> int:
        kept.analyze()
        table = self._local.schema[name]
        same = equal(list(kept.c), [table.column(one) for one in table.primary])
        return self._count(select(func.count()).select_from(kept.table.join(table.sa, same)))

    def _naming(self) -> dict[Key, int]:
        found = {key: self._count(self._names(key)) for key in self._watched()}
        return {key: count for key, count in found.items() if count}

    def _names(self, key: Key) -> Select[int]:
        """Return the count of rows that name, by this key, what went, and nothing that is there."""
        source = self._local.schema[key.table].sa
        wanted = select(func.count()).select_from(source)
        if key not in self._values:
            return wanted.where(self._erasure.names_erased(key, source))
        left, right = sides(key, source, self._values[key].table)
        target = self._local.schema[key.target].sa.alias()
        there = exists().where(equal(*sides(key, source, target))).correlate(source)
        return wanted.where(among(left, select(*right).correlate(None)), not_(there))

    def _count(self, wanted: Select[Any]) -> int:
        return self._connection.scalar(wanted) or 0


def uncollected(erasure: Erasure) -> list[str]:
    """Return the tables inside whose keys are not collected: leaves and link tables."""
    return [name for name in erasure.reach.shape.tables if name not in erasure.reach.sets]
