"""Proof that the planned rows are gone: by count, by their own keys, and by the keys that referred to them.

A trigger or a rule can keep a row, change it into another, attach it elsewhere or put it back, while every statement
seems to succeed. Where the database has none of those, its own enforcement of declared keys is enough.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, exists, func, not_, select

from hervat.erasure.errors import CleaningError, ConservationError
from hervat.erasure.execution.interference import remedy
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import among, equal, filled, sides
from hervat.erasure.schema.model import Key
from hervat.erasure.selection.counts import counted
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.selection.reach import targets_primary_key
from hervat.erasure.statements.erasure import Erasure
from hervat.plural import plural


class GoneRows:
    """The planned row counts and the keys of those rows, saved when it is made, before anything is written.

    stirred: something in the database may act by itself. collected: planned counts of the tables whose keys were
    collected anyway; planned: of the other tables too, if `stirred`. The keys are in temporary tables, which outlive
    the commit.
    """

    def __init__(self, survey: PlanSurvey) -> None:
        self._connection, self._local, self._erasure = survey.connection, survey.local, survey.erasure
        self.stirred = self._local.database.stirs(self._connection)
        self.collected = survey.collected()
        self._saved_keys: dict[str, Scratch] = {}
        self.planned = self.collected | (dict(self._save_others()) if self.stirred else {})
        self._saved_values = dict(self._save_referenced())

    def refuse_kept(self) -> None:
        """Raise ConservationError if an erased row is still present, or a row refers to an erased one."""
        if not self.stirred:
            return
        if present := self._present():
            rows = ", ".join(f"{plural(n, 'erased row')} would still be in {table}" for table, n in present.items())
            raise ConservationError(self._message(f"{rows}; nothing was done", present))
        if referring := self._referring():
            rows = ", ".join(
                f"{plural(n, 'row')} would refer, by {key}, to erased rows" for key, n in referring.items()
            )
            raise ConservationError(self._message(f"{rows}; nothing was done", {key.table: 1 for key in referring}))

    def look_again(self) -> None:
        """Check once more after the commit, in the transaction that is open now.

        Raises CleaningError with the tables and the counts. A row that came back can't be told from a new row that got
        the same key since: both are reported, and the next run plans again.
        """
        if present := self._present():
            rows = ", ".join(f"{plural(count, 'erased row')} in {table}" for table, count in present.items())
            raise CleaningError(
                self._message(f"found after the commit: {rows} (or new rows with the same keys)", present)
            )
        if referring := self._referring():
            rows = ", ".join(f"{plural(n, 'row')} referring, by {key}, to erased rows" for key, n in referring.items())
            raise CleaningError(self._message(f"found after the commit: {rows}", {key.table: 1 for key in referring}))

    def _message(self, text: str, tables: dict[str, int]) -> str:
        return f"system {self._local.name}: {text}; {remedy(self._connection, self._local, tables)}"

    def _save_others(self) -> Iterator[tuple[str, int]]:
        """Yield the planned counts of leaves and link tables, and save the keys of their rows where they have one."""
        for at, name in enumerate(uncollected(self._erasure)):
            if not self._may_lose_rows(name):
                yield name, 0
                continue
            table = self._local.schema[name]
            if not table.primary:
                yield from self._erasure.rows(self._connection, [name]).items()
                continue
            columns = {f"k{part}": table.column(column) for part, column in enumerate(table.primary)}
            keys = Scratch(self._connection, f"hervat_g{at}", columns)
            yield name, keys.fill(select(*columns.values()).where(self._erasure.erased(name)))
            self._saved_keys[name] = keys

    def _may_lose_rows(self, name: str) -> bool:
        return any(key.target in self.collected for key in self._local.shape.keys_of(name))

    def _save_referenced(self) -> Iterator[tuple[Key, Scratch]]:
        """Save the values by which other rows refer to the erased ones, where that is not their primary key."""
        for at, key in enumerate(self._watched()):
            if targets_primary_key(key, self._local.schema):
                continue
            target, keys = self._local.schema[key.target], self._erasure.reach.sets[key.target]
            columns = {name: target.column(name) for name in key.target_columns}
            values = Scratch(self._connection, f"hervat_v{at}", columns)
            erased = among(keys.primary, keys.rows(lost=0))
            values.fill(select(*columns.values()).where(erased, filled(list(columns.values()))))
            yield key, values

    def _watched(self) -> list[Key]:
        """Return the keys that could be left pointing at erased rows and that the database does not enforce."""
        pointing = [key for key in self._local.shape.pointing_in if key.target in self.collected]
        return [key for key in pointing if self.stirred or not key.declared]

    def _present(self) -> dict[str, int]:
        queries = {name: self._present_of_set(self._erasure.reach.sets[name]) for name in self.collected}
        queries |= {name: self._present_of_keys(name, keys) for name, keys in self._saved_keys.items()}
        counts = counted(self._connection, queries)
        return {name: count for name, (count,) in sorted(counts.items()) if count}

    def _present_of_set(self, keys: KeySet) -> Select[int]:
        """Return the query for the number of erased rows in their table: joined from the set to it, by primary key."""
        keys.settle()
        erased = keys.sa.alias()
        columns = [erased.c[key.name] for key in keys.keys]
        query = select(func.count()).select_from(erased.join(keys.table.sa, equal(columns, keys.primary)))
        return query.where(erased.c.lost == 0)

    def _present_of_keys(self, name: str, keys: Scratch) -> Select[int]:
        keys.analyze()
        table = self._local.schema[name]
        same = equal(list(keys.c), [table.column(column) for column in table.primary])
        return select(func.count()).select_from(keys.table.join(table.sa, same))

    def _referring(self) -> dict[Key, int]:
        counts = {key: self._count(self._referring_query(key)) for key in self._watched()}
        return {key: count for key, count in counts.items() if count}

    def _referring_query(self, key: Key) -> Select[int]:
        """Return the query that counts rows referring, by this key, to an erased row and to no present one."""
        source = self._local.schema[key.table].sa
        query = select(func.count()).select_from(source)
        if key not in self._saved_values:
            return query.where(self._erasure.names_erased(key, source))
        left, right = sides(key, source, self._saved_values[key].table)
        target = self._local.schema[key.target].sa.alias()
        present = exists().where(equal(*sides(key, source, target))).correlate(source)
        return query.where(among(left, select(*right).correlate(None)), not_(present))

    def _count(self, query: Select[Any]) -> int:
        return self._connection.scalar(query) or 0


def uncollected(erasure: Erasure) -> list[str]:
    """Return the tables inside whose keys are not collected: leaves and link tables."""
    return [name for name in erasure.reach.shape.tables if name not in erasure.reach.sets]
