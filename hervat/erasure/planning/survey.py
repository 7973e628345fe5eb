"""Counting what a plan would do, and what keeps it from being done."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from hervat.erasure.footprint.lost_keys import meant, open_ones
from hervat.erasure.footprint.places import stopped_from_outside
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.planning.unclear import unclear_kinds
from hervat.erasure.schema.joins import among, filled, sides
from hervat.erasure.schema.model import Key, LostKey
from hervat.erasure.selection.persons import AskedPersons, Persons
from hervat.erasure.selection.reach import reach_of
from hervat.erasure.selection.root_joins import rooted
from hervat.erasure.selection.stranded import Stranded
from hervat.erasure.statements.effects import deleted_from, updated_in
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import missing_indexes, too_slow
from hervat.erasure.statements.restriction import unmarked_rows
from hervat.erasure.system import LocalSystem


def stopped_by_lost(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return what stops the plan: rows that stay and that by such a key may belong to a row that goes."""
    shape, schema = local.shape, local.schema
    keep = local.footprint.keep if local.footprint else []
    looked_at = [one for one in open_ones(shape, schema, keep) if one.table not in (shape.person, *shape.root_tables)]
    told = (_stopped(one, connection, local, erasure) for one in looked_at)  # a root hangs from nothing, nor a person
    return [one for one in told if one]


def _stopped(one: LostKey, connection: Connection, local: LocalSystem, erasure: Erasure) -> str:
    """Return why the key stops the plan, by the table that it is likeliest to have meant; "" where it does not."""
    able = sorted(meant(one, local.shape, local.schema), key=lambda key: not _alike(one, key))
    for key in able:
        if not _explained(one, key, local):
            rows = erasure.count(connection, one.table, _fitting(one, key, local, erasure))
            if rows:
                return _told(one, key, rows)
    return ""


def _told(one: LostKey, key: Key, rows: int) -> str:
    return f"{one}; {rows} rows of {one.table} may belong to rows of {key.target} that are erased; {one.mend}"


def _explained(one: LostKey, key: Key, local: LocalSystem) -> bool:
    """Say whether `belongs` lists what holds the table's rows, and the lost name does not speak against it."""
    footprint = local.footprint
    return bool(footprint and one.table in footprint.belongs) and not _alike(one, key)


def _alike(one: LostKey, key: Key) -> bool:
    return one.known or key.target.rpartition(".")[2].lower() in one.target.lower()


def _fitting(one: LostKey, key: Key, local: LocalSystem, erasure: Erasure) -> ColumnElement[bool]:
    source = local.schema[one.table].sa
    left, right = sides(key, source, local.schema[key.target].sa)
    erased = select(*right).where(erasure.erased(key.target)).correlate(None)
    fits = erasure.names_erased(key, source) if key.target in erasure.reach.sets else among(left, erased)
    if one.table not in local.shape.tables:
        return fits
    return and_(fits, erasure.survives(one.table), true() if _alike(one, key) else _held_by_none(one, local))


def _held_by_none(one: LostKey, local: LocalSystem) -> ColumnElement[bool]:
    """Say that no key that can be followed holds the row: such a row would be missed."""
    source = local.schema[one.table].sa
    held = [way.key.columns for way in local.shape.held_by(one.table) if not way.owned]
    return ~or_(~true(), *(filled([source.c[name] for name in columns]) for columns in held))


_TAME = ("", "NO ACTION", "RESTRICT")


def following(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return what stops a plan: rows that would be changed with a column that it sets, with the key's name."""
    found = []
    for key, updated in _met(local, erasure):
        source, target = local.schema[key.table].sa.alias(), local.schema[key.target].sa
        left, right = sides(key, source, target)
        wanted = select(func.count()).select_from(source).where(among(left, select(*right).where(updated)))
        if rows := connection.scalar(wanted):
            told = f"{rows} rows of {key.table} would change with it, for {key} follows it (ON UPDATE {key.on_update})"
            found.append(f"{key.target}.{', '.join(key.target_columns)}: {told}; let the administrator take that off")
    return found


def _met(local: LocalSystem, erasure: Erasure) -> Iterator[tuple[Key, ColumnElement[bool]]]:
    """Yield each following key with the condition of the rows that are updated in a column that it names."""
    for key in local.schema.keys:
        if key.on_update in _TAME:
            continue
        named = set(key.target_columns)
        if local.system.policy == "erase":
            for one in erasure.nullings:
                if one.table == key.target and named & set(one.columns):
                    yield key, erasure.pointing(one)
            continue
        for mark in local.marks:
            if mark.table == key.target and mark.column in named:
                yield key, unmarked_rows(mark, erasure.reach)


class PlanSurvey:
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
        if self.local.system.allow_index:
            return []
        missing = missing_indexes(self.local.shape, self.local.schema, self.local.database)
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
        return not self.local.database.enforces_keys() or not sure or bool(read - {root.table})


def _some(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
