"""The survey of a plan: persons and rows found, what would be done counted, and what stops it."""

from sqlalchemy import Connection, func, select

from hervat.erasure.footprint.blind_spots import outside_blockers
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.planning.blockers import lost_key_blockers, on_update_blockers, unclear_kind_blockers
from hervat.erasure.selection.persons import AskedPersons, Persons
from hervat.erasure.selection.reach import reach_of
from hervat.erasure.selection.stranded import Stranded
from hervat.erasure.selection.verdict import root_join
from hervat.erasure.statements.effects import deleted_from, updated_in
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import missing_indexes, too_slow
from hervat.erasure.statements.updates import unmarked_rows_condition
from hervat.erasure.system import LocalSystem
from hervat.plural import plural


class PlanSurvey:
    """Finds persons and rows when it is made; its methods count. whole: collect the keys of leaves too."""

    def __init__(self, connection: Connection, local: LocalSystem, persons: Persons, whole: bool = False) -> None:
        self.connection, self.local = connection, local
        self.asked = AskedPersons(connection, local, persons)
        self.reach = reach_of(local, whole)
        self.reach.create(connection)
        self.asked.start(self.reach.sets)
        self.reach.spread()
        self.reach.drop(connection)
        self.erasure = Erasure(self.reach)

    def rows(self) -> dict[str, int]:
        """Return the rows to be erased, by table."""
        return _not_zero(self.erasure.rows(self.connection, self.local.shape.tables))

    def collected(self) -> dict[str, int]:
        """Return the rows to be erased of the tables whose keys were collected, by table."""
        return _not_zero(self.erasure.rows(self.connection, self.reach.sets))

    def shared(self) -> dict[str, int]:
        """Return the rows that are reached and left, by table."""
        return _not_zero(self.erasure.shared(self.connection))

    def stranded(self) -> dict[str, int]:
        """Return the rows that no root reaches, by table."""
        return Stranded(self.connection, self.local.shape, self.local.schema).rows

    def nulled(self) -> dict[str, int]:
        """Return the keys of surviving rows that are set to null, by table.column."""
        counts: dict[str, int] = {}
        for nulling in self.erasure.nullings:
            if nulling.columns and (rows := self.erasure.pointing_rows(self.connection, nulling)):
                counts |= dict.fromkeys(nulling.names, rows)
        return counts

    def marked(self) -> dict[str, int]:
        """Return the values that policy restrict sets, by table.column."""
        return _not_zero(
            {
                str(mark): self.erasure.count(self.connection, mark.table, unmarked_rows_condition(mark, self.reach))
                for mark in self.local.marks
            }
        )

    def roots_total(self) -> int:
        """Return how many true roots the system has, of all persons."""
        return sum(self._true_roots(root) for root in self.local.shape.roots)

    def unfit(self) -> list[str]:
        """Return what stops a plan of any policy: a table it must not write to, rows of an unclear kind."""
        written = deleted_from(self.local) | updated_in(self.local)
        lines = [f"{table}: {why}" for table, why in self.local.schema.unfit if table in written]
        lines += on_update_blockers(self.connection, self.local, self.erasure)
        return lines + unclear_kind_blockers(self.connection, self.erasure)

    def blockers(self) -> list[str]:
        """Return what stops an erasure, such as surviving rows that point in by a key that may not be null."""
        lines = []
        for nulling in self.erasure.nullings:
            if not nulling.columns and (count := self.erasure.pointing_rows(self.connection, nulling)):
                rows = f"{plural(count, 'surviving row')} of {nulling.table}"
                keys = ", ".join(map(str, nulling.keys))
                lines.append(f"{rows} pointing in by {keys}, which may not be null")
        outside = outside_blockers(self.local.shape, self.local.schema)
        lost = lost_key_blockers(self.connection, self.local, self.erasure)
        return [*lines, *self._stuck_cycles(), *outside, *lost, *self._too_slow()]

    def _stuck_cycles(self) -> list[str]:
        cycles = self.erasure.cycles(self.local.database)
        collected = self.collected() if cycles else {}
        return [line for cycle in cycles.values() for line in cycle.stuck(collected)]

    def _too_slow(self) -> list[str]:
        if self.local.system.allow_index:
            return []
        missing = missing_indexes(self.local.shape, self.local.schema, self.local.database)
        return too_slow(self.connection, missing, self.collected()) if missing else []

    def _true_roots(self, root: RootTable) -> int:
        local = self.local
        roots = root_join(local, root)
        source = roots.joined if self._needs_path(root) else roots.root
        return self.connection.scalar(select(func.count()).select_from(source).where(roots.condition)) or 0

    def _needs_path(self, root: RootTable) -> bool:
        """True if the root row alone does not decide: a condition is on the path, or the path may lead nowhere."""
        read = {condition.keys[0].table if condition.keys else condition.table for condition in root.conditions}
        sure = all(
            key.declared and key.sure and not set(key.columns) & self.local.schema[key.table].nullable
            for key in root.path
        )
        return not self.local.database.enforces_keys() or not sure or bool(read - {root.table})


def _not_zero(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
