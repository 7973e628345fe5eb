"""Proof of what an execution wrote: before the commit (else nothing was done), and once more after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, func, not_, or_, select, type_coerce
from sqlalchemy.types import NullType

from hervat.erasure.errors import CleaningError, ConservationError
from hervat.erasure.execution.conservation import digest_of
from hervat.erasure.execution.gone import GoneRows
from hervat.erasure.execution.interference import mend
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.statements.nulling import Nulling
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class _Noted:
    """The rows that one statement sets to null, by key, and a digest of what else stands in them."""

    one: Nulling
    rows: int
    keys: Scratch
    digest: int


class Emptied:
    """Remembers, just before each statement, which rows it sets to null: by key, or by count where they have none."""

    def __init__(self, connection: Connection, local: LocalSystem, survey: PlanSurvey) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        self._noted: list[_Noted] = []
        self._counted: list[tuple[Nulling, int]] = []

    def note(self, one: Nulling, planned: int) -> None:
        """Remember the rows of a statement that is about to run; planned: how many they are."""
        table = self._local.schema[one.table]
        if not table.primary:
            self._counted.append((one, self._filled(one) - planned))
            return
        keys = {f"k{at}": table.column(name) for at, name in enumerate(table.primary)}
        kept = Scratch(self._connection, f"hervat_n{len(self._noted)}", keys)
        rows = kept.fill(select(*keys.values()).where(self._survey.erasure.pointing(one)))
        self._noted.append(_Noted(one, rows, kept, self._digest(one, kept)))

    def refuse_changed(self) -> None:
        """Raise ConservationError when a key that was set to null holds something, or its row is gone or otherwise."""
        off = [(one.one, one.rows - self._empty(one)) for one in self._noted]
        off += [(one, self._filled(one) - left) for one, left in self._counted]
        self._refuse([(one, f"{count} rows would not stay null in") for one, count in off if count])
        changed = [one for one in self._noted if self._digest(one.one, one.keys) != one.digest]
        self._refuse([(one.one, "more would change than") for one in changed])

    def _refuse(self, wrong: list[tuple[Nulling, str]]) -> None:
        if wrong:
            told = ", ".join(f"{what} {', '.join(one.names)}" for one, what in wrong)
            why = mend(self._connection, self._local, [one.table for one, _ in wrong])
            raise ConservationError(f"system {self._local.name}: {told}; nothing was done; {why}")

    def _empty(self, noted: _Noted) -> int:
        found = select(func.count()).select_from(self._joined(noted.one, noted.keys))
        return self._connection.scalar(found.where(not_(self._holds_something(noted.one)))) or 0

    def _digest(self, one: Nulling, keys: Scratch) -> int:
        """Return a digest of what the statement must leave in these rows; 0 where an update changes more by itself."""
        triggers = self._local.schema.triggers
        if any(trigger.table == one.table and "UPDATE" in trigger.events for trigger in triggers):
            return 0
        nulled = {name for other in self._survey.erasure.nullings if other.table == one.table for name in other.columns}
        stays = [column for column in self._local.schema[one.table].sa.c if self._stays(column, nulled)]
        wanted = select(*(type_coerce(column, NullType()) for column in stays)).select_from(self._joined(one, keys))
        return sum(digest_of(row) for row in self._connection.execute(wanted))

    def _stays(self, column: Column[Any], nulled: Collection[str]) -> bool:
        fixed = not column.info.get("computed") and not self._local.database.stamps(column)
        return column.name not in nulled and fixed

    def _joined(self, one: Nulling, keys: Scratch) -> FromClause:
        table = self._local.schema[one.table]
        return table.sa.join(keys.table, equal(list(keys.c), [table.column(name) for name in table.primary]))

    def _filled(self, one: Nulling) -> int:
        found = select(func.count()).select_from(self._local.schema[one.table].sa)
        return self._connection.scalar(found.where(self._holds_something(one))) or 0

    def _holds_something(self, one: Nulling) -> ColumnElement[bool]:
        table = self._local.schema[one.table]
        return or_(*(table.column(name).is_not(None) for name in one.columns))


def refuse_unmarked(connection: Connection, local: LocalSystem, survey: PlanSurvey) -> None:
    """Raise ConservationError when a mark of policy restrict does not stand where it was set, or its row is gone."""
    sets = {name: survey.reach.sets[name] for name in {mark.table for mark in local.marks}}
    if lost := {name: count for name, one in sets.items() if (count := _lost(connection, one))}:
        told = ", ".join(f"{count} rows of {name} would be gone" for name, count in lost.items())
        raise ConservationError(f"system {local.name}: {told}; nothing was done; {mend(connection, local, lost)}")
    if left := survey.marked():
        told = f"{_told(left)} would not bear the mark; nothing was done; {_why(connection, local, left)}"
        raise ConservationError(f"system {local.name}: {told}")


def look_for_marks(connection: Connection, local: LocalSystem, survey: PlanSurvey) -> None:
    """Look for the marks once more, after the commit. Raises CleaningError with the columns and the counts."""
    if left := survey.marked():
        told = f"after the commit {_told(left)} do not bear the mark; {_why(connection, local, left)}"
        raise CleaningError(f"system {local.name}: {told}")


def _lost(connection: Connection, rows: KeySet) -> int:
    there = select(func.count()).select_from(rows.sa.join(rows.table.sa, equal(rows.keys, rows.primary)))
    return rows.count(connection) - (connection.scalar(there) or 0)


def _told(left: Mapping[str, int]) -> str:
    return ", ".join(f"{count} rows of {name}" for name, count in left.items())


def _why(connection: Connection, local: LocalSystem, left: Mapping[str, int]) -> str:
    return mend(connection, local, {mark.table for mark in local.marks if str(mark) in left})


class Proof:
    """Of one policy in one transaction. `begin` comes before anything is written, and makes `gone` and `emptied`."""

    gone: GoneRows
    emptied: Emptied

    def __init__(self, connection: Connection, local: LocalSystem, survey: PlanSurvey) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        self._begun = False

    def begin(self) -> None:
        """Count and remember what is to go."""
        if self._local.system.policy == "erase":
            self.gone = GoneRows(self._connection, self._local, self._survey)
            self.emptied = Emptied(self._connection, self._local, self._survey)
        self._begun = True

    def refuse(self) -> None:
        """Raise ConservationError where something else stands than was planned, once all triggers have acted."""
        if self._local.system.policy == "erase":
            self.gone.refuse_kept()
            self.emptied.refuse_changed()
        else:
            refuse_unmarked(self._connection, self._local, self._survey)

    def look_again(self) -> None:
        """After the commit, in a transaction that sees what only the commit set off. Raises CleaningError."""
        if not self._begun:
            return
        self._local.database.begin_reading(self._connection)
        if self._local.system.policy == "erase":
            self.gone.look_again()
        else:
            look_for_marks(self._connection, self._local, self._survey)
        self._connection.rollback()
