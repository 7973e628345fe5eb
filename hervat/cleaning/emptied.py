"""Keys that a plan sets to null and marks that it sets, held against what stands there once all triggers have acted."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, func, or_, select

from hervat.cleaning.acting import mend
from hervat.cleaning.errors import CleaningError, ConservationError
from hervat.cleaning.joining import equal
from hervat.cleaning.nulling import Nulling
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.workspace import Scratch


class Emptied:
    """Remembers, just before each statement, which rows it sets to null: by key, or by count where they have none."""

    def __init__(self, connection: Connection, local: LocalSystem, survey: Survey) -> None:
        self._connection, self._local, self._survey = connection, local, survey
        self._keyed: list[tuple[Nulling, Scratch]] = []
        self._counted: list[tuple[Nulling, int]] = []

    def note(self, one: Nulling, planned: int) -> None:
        """Remember the rows of a statement that is about to run; planned: how many they are."""
        table = self._local.schema[one.table]
        if not table.primary:
            self._counted.append((one, self._filled(one) - planned))
            return
        keys = {f"k{at}": table.column(name) for at, name in enumerate(table.primary)}
        kept = Scratch(self._connection, f"hervat_n{len(self._keyed)}", keys)
        kept.fill(select(*keys.values()).where(self._survey.erasure.pointing(one)))
        self._keyed.append((one, kept))

    def refuse_filled(self) -> None:
        """Raise ConservationError when a key that was set to null holds something."""
        off = [(one, self._of(one, kept)) for one, kept in self._keyed]
        off += [(one, self._filled(one) - left) for one, left in self._counted]
        wrong = [(one, count) for one, count in off if count]
        if wrong:
            told = ", ".join(f"{count} rows would not stay null in {', '.join(one.names)}" for one, count in wrong)
            why = mend(self._connection, self._local, [one.table for one, _ in wrong])
            raise ConservationError(f"system {self._local.name}: {told}; nothing was done; {why}")

    def _of(self, one: Nulling, kept: Scratch) -> int:
        table = self._local.schema[one.table]
        same = equal(list(kept.c), [table.column(name) for name in table.primary])
        found = select(func.count()).select_from(table.sa.join(kept.table, same))
        return self._connection.scalar(found.where(self._holds_something(one))) or 0

    def _filled(self, one: Nulling) -> int:
        found = select(func.count()).select_from(self._local.schema[one.table].sa)
        return self._connection.scalar(found.where(self._holds_something(one))) or 0

    def _holds_something(self, one: Nulling) -> ColumnElement[bool]:
        table = self._local.schema[one.table]
        return or_(*(table.column(name).is_not(None) for name in one.columns))


def refuse_unmarked(connection: Connection, local: LocalSystem, survey: Survey) -> None:
    """Raise ConservationError when a mark of policy restrict does not stand where it was set."""
    if left := survey.marked():
        told = f"{_told(left)} would not bear the mark; nothing was done; {_why(connection, local, left)}"
        raise ConservationError(f"system {local.name}: {told}")


def look_for_marks(connection: Connection, local: LocalSystem, survey: Survey) -> None:
    """Look for the marks once more, after the commit. Raises CleaningError with the columns and the counts."""
    if left := survey.marked():
        told = f"after the commit {_told(left)} do not bear the mark; {_why(connection, local, left)}"
        raise CleaningError(f"system {local.name}: {told}")


def _told(left: Mapping[str, int]) -> str:
    return ", ".join(f"{count} rows of {name}" for name, count in left.items())


def _why(connection: Connection, local: LocalSystem, left: Mapping[str, int]) -> str:
    return mend(connection, local, {mark.table for mark in local.marks if str(mark) in left})
