"""The look at a system inside one transaction: who was found, what is reached, and the counts of a plan."""

from sqlalchemy import Connection, func, select

from hervat.cleaning.erasing import Erasure
from hervat.cleaning.fingerprint import reach_of
from hervat.cleaning.indexes import missing_indexes, too_slow
from hervat.cleaning.lost_rows import stopped_by_lost
from hervat.cleaning.on_update import following
from hervat.cleaning.persons import AskedPersons, Persons
from hervat.cleaning.restrict import unmarked_rows
from hervat.cleaning.rooted import rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.standing import stopped_from_outside
from hervat.cleaning.stranded import Stranded
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.unclear import unclear_kinds
from hervat.cleaning.written import deleted_from, updated_in


class Survey:
    """Finds persons and reach when it is made; its methods count. `whole`: the rows of leaves are collected too."""

    def __init__(self, connection: Connection, local: LocalSystem, persons: Persons, whole: bool = False) -> None:
        self.connection, self.local = connection, local
        self.asked = AskedPersons(connection, local.shape, local.schema, persons)
        self.reach = reach_of(local, whole)
        self.reach.create(connection)
        self.asked.start(self.reach.sets)
        self.reach.spread()
        self.reach.drop(connection)
        self.erasure = Erasure(self.reach)

    def rows(self) -> dict[str, int]:
        """Return the rows to be erased, by table."""
        return _some({name: self.erasure.rows(self.connection, name) for name in self.local.shape.tables})

    def collected(self) -> dict[str, int]:
        """Return the rows to be erased of the tables whose keys were collected, by table."""
        return _some({name: self.erasure.rows(self.connection, name) for name in self.reach.sets})

    def shared(self) -> dict[str, int]:
        """Return the rows that are reached and kept, by table."""
        return _some(self.erasure.shared(self.connection))

    def stranded(self) -> dict[str, int]:
        """Return the rows that no root row at all reaches, by table."""
        return Stranded(self.connection, self.local.shape, self.local.schema).rows

    def nulled(self) -> dict[str, int]:
        """Return the keys of surviving rows that are set to null, by table.column."""
        counts: dict[str, int] = {}
        for one in self.erasure.nullings:
            if one.columns and (rows := self.erasure.pointing_rows(self.connection, one)):
                counts |= dict.fromkeys(one.names, rows)
        return counts

    def blockers(self) -> list[str]:
        """Return what stops the plan: surviving rows that point in and may not be null, with the key's name."""
        found = []
        for one in self.erasure.nullings:
            if not one.columns and (rows := self.erasure.pointing_rows(self.connection, one)):
                keys = ", ".join(map(str, one.keys))
                found.append(f"{rows} surviving rows of {one.table} point in by {keys}, which may not be null")
        outside = stopped_from_outside(self.local.shape, self.local.schema)
        lost = stopped_by_lost(self.connection, self.local, self.erasure)
        return [*found, *self._stuck(), *outside, *lost, *self._too_slow()]

    def _stuck(self) -> list[str]:
        broken = self.erasure.circles(self.local.database)
        met = self.collected() if broken else {}
        return [told for circle in broken.values() for told in circle.stuck(met)]

    def unfit(self) -> list[str]:
        """Return what stops a plan whatever its policy: a table it must not write to, rows of an unclear kind."""
        written = deleted_from(self.local) | updated_in(self.local)
        found = [f"{table}: {why}" for table, why in self.local.schema.unfit if table in written]
        found += following(self.connection, self.local, self.erasure)
        return found + unclear_kinds(self.connection, self.erasure)

    def _too_slow(self) -> list[str]:
        if self.local.system.allow_index or not self.local.database.looks_per_row:
            return []
        missing = missing_indexes(self.local.shape, self.local.schema)
        return too_slow(self.connection, missing, self.collected()) if missing else []

    def marked(self) -> dict[str, int]:
        """Return the values that policy restrict sets, by table.column."""
        return _some(
            {
                str(mark): self.erasure.count(self.connection, mark.table, unmarked_rows(mark, self.reach))
                for mark in self.local.marks
            }
        )

    def roots_total(self) -> int:
        """Return how many true roots the system holds, of whomever."""
        return sum(self._true_roots(root) for root in self.local.shape.roots)

    def _true_roots(self, root: RootTable) -> int:
        local = self.local
        found = rooted(root, local.shape, local.schema, local.database)
        source = found.joined if self._needs_way(root) else found.root
        return self.connection.scalar(select(func.count()).select_from(source).where(found.said)) or 0

    def _needs_way(self, root: RootTable) -> bool:
        """Say whether a root alone does not tell: a condition reads on the way, or the way may lead nowhere."""
        read = {one.keys[0].table if one.keys else one.table for one in root.conditions}
        sure = all(
            key.declared and key.sure and not set(key.columns) & self.local.schema[key.table].nullable
            for key in root.path
        )
        return self.local.database.typeless or not sure or bool(read - {root.table})


def _some(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
