"""Proof of what an execution wrote: checked before the commit, and once more after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, func, not_, or_, select, type_coerce
from sqlalchemy.types import NullType

from hervat.erasure.errors import CleaningError, ConservationError
from hervat.erasure.execution.conservation import digest_of
from hervat.erasure.execution.gone import GoneRows
from hervat.erasure.execution.interference import remedy
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.statements.updates import Nulling
from hervat.plural import plural


@dataclass(frozen=True)
class _NulledRows:
    """The rows in which one statement sets a key to null, by primary key, and a digest of their other columns."""

    nulling: Nulling
    rows: int
    keys: Scratch
    digest: int


class NulledKeys:
    """The rows in which keys are set to null, saved just before each statement: by key, or by count without a key."""

    def __init__(self, survey: PlanSurvey) -> None:
        self._connection, self._local, self._survey = survey.connection, survey.local, survey
        self._saved: list[_NulledRows] = []
        self._counted: list[tuple[Nulling, int]] = []

    def save(self, nulling: Nulling, planned: int) -> None:
        """Save the rows of a statement that is about to run. planned: how many they are."""
        table = self._local.schema[nulling.table]
        if not table.primary:
            self._counted.append((nulling, self._filled(nulling) - planned))
            return
        columns = {f"k{at}": table.column(name) for at, name in enumerate(table.primary)}
        keys = Scratch(self._connection, f"hervat_n{len(self._saved)}", columns)
        rows = keys.fill(select(*columns.values()).where(self._survey.erasure.pointing(nulling)))
        self._saved.append(_NulledRows(nulling, rows, keys, self._digest(nulling, keys)))

    def refuse_changed(self) -> None:
        """Raise ConservationError if a key set to null has a value, or its row is gone or changed elsewhere."""
        counts = [(saved.nulling, saved.rows - self._empty(saved)) for saved in self._saved]
        counts += [(nulling, self._filled(nulling) - left) for nulling, left in self._counted]
        self._refuse(
            [(nulling, f"{plural(count, 'row')} would not stay null in") for nulling, count in counts if count]
        )
        changed = [saved for saved in self._saved if self._digest(saved.nulling, saved.keys) != saved.digest]
        self._refuse([(saved.nulling, "more would change than") for saved in changed])

    def _refuse(self, wrong: list[tuple[Nulling, str]]) -> None:
        if wrong:
            message = ", ".join(f"{text} {', '.join(nulling.names)}" for nulling, text in wrong)
            advice = remedy(self._connection, self._local, [nulling.table for nulling, _ in wrong])
            raise ConservationError(f"system {self._local.name}: {message}; nothing was done; {advice}")

    def _empty(self, saved: _NulledRows) -> int:
        query = select(func.count()).select_from(self._joined(saved.nulling, saved.keys))
        return self._connection.scalar(query.where(not_(self._filled_condition(saved.nulling)))) or 0

    def _digest(self, nulling: Nulling, keys: Scratch) -> int:
        """Return a digest of the columns that the statement must not change; 0 if an update trigger may change them."""
        triggers = self._local.schema.triggers
        if any(trigger.table == nulling.table and "UPDATE" in trigger.events for trigger in triggers):
            return 0
        same_table = (other for other in self._survey.erasure.nullings if other.table == nulling.table)
        nulled = {name for other in same_table for name in other.columns}
        columns = [column for column in self._local.schema[nulling.table].sa.c if self._stays(column, nulled)]
        query = select(*(type_coerce(column, NullType()) for column in columns))
        rows = self._connection.execute(query.select_from(self._joined(nulling, keys)))
        return sum(digest_of(row) for row in rows)

    def _stays(self, column: Column[Any], nulled: Collection[str]) -> bool:
        fixed = not column.info.get("computed") and not self._local.database.stamps(column)
        return column.name not in nulled and fixed

    def _joined(self, nulling: Nulling, keys: Scratch) -> FromClause:
        table = self._local.schema[nulling.table]
        return table.sa.join(keys.table, equal(list(keys.c), [table.column(name) for name in table.primary]))

    def _filled(self, nulling: Nulling) -> int:
        query = select(func.count()).select_from(self._local.schema[nulling.table].sa)
        return self._connection.scalar(query.where(self._filled_condition(nulling))) or 0

    def _filled_condition(self, nulling: Nulling) -> ColumnElement[bool]:
        """SQL condition: any of the key's columns has a value."""
        table = self._local.schema[nulling.table]
        return or_(*(table.column(name).is_not(None) for name in nulling.columns))


def refuse_unmarked(survey: PlanSurvey) -> None:
    """Raise ConservationError if a mark of policy restrict is not where it was set, or its row is gone."""
    sets = {name: survey.reach.sets[name] for name in {mark.table for mark in survey.local.marks}}
    if gone := {name: count for name, keys in sets.items() if (count := _gone(survey, keys))}:
        rows = ", ".join(f"{plural(count, 'row')} of {name} would be gone" for name, count in gone.items())
        advice = remedy(survey.connection, survey.local, gone)
        raise ConservationError(f"system {survey.local.name}: {rows}; nothing was done; {advice}")
    if unmarked := survey.marked():
        message = f"{_rows(unmarked)} would not have the mark; nothing was done; {_advice(survey, unmarked)}"
        raise ConservationError(f"system {survey.local.name}: {message}")


def look_for_marks(survey: PlanSurvey) -> None:
    """Check the marks once more after the commit. Raises CleaningError with the columns and the counts."""
    if unmarked := survey.marked():
        message = f"found after the commit: {_rows(unmarked)} without the mark; {_advice(survey, unmarked)}"
        raise CleaningError(f"system {survey.local.name}: {message}")


def _gone(survey: PlanSurvey, keys: KeySet) -> int:
    present = select(func.count()).select_from(keys.sa.join(keys.table.sa, equal(keys.keys, keys.primary)))
    return keys.count(survey.connection) - (survey.connection.scalar(present) or 0)


def _rows(unmarked: Mapping[str, int]) -> str:
    return ", ".join(f"{plural(count, 'row')} of {name}" for name, count in unmarked.items())


def _advice(survey: PlanSurvey, unmarked: Mapping[str, int]) -> str:
    tables = {mark.table for mark in survey.local.marks if str(mark) in unmarked}
    return remedy(survey.connection, survey.local, tables)


class Proof:
    """The proof for one policy in one transaction. Call `begin`, which makes `gone` and `nulled`, before any write."""

    gone: GoneRows
    nulled: NulledKeys

    def __init__(self, survey: PlanSurvey) -> None:
        self._survey, self._begun = survey, False

    def begin(self) -> None:
        """Count and save the rows that are to go."""
        if self._erases:
            self.gone = GoneRows(self._survey)
            self.nulled = NulledKeys(self._survey)
        self._begun = True

    def refuse(self) -> None:
        """Raise ConservationError if the result differs from the plan, once all triggers have acted."""
        if self._erases:
            self.gone.refuse_kept()
            self.nulled.refuse_changed()
        else:
            refuse_unmarked(self._survey)

    def look_again(self) -> None:
        """Check after the commit, in a transaction that sees what only the commit set off. Raises CleaningError."""
        if not self._begun:
            return
        connection = self._survey.connection
        self._survey.local.database.begin_reading(connection)
        if self._erases:
            self.gone.look_again()
        else:
            look_for_marks(self._survey)
        connection.rollback()

    @property
    def _erases(self) -> bool:
        return self._survey.local.system.policy == "erase"
