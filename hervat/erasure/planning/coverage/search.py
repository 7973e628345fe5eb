"""The search that a plan makes on request: whose BSNs and V-nummers stand in rows that the plan does not erase.

It tells how many persons' numbers stand in which column, and shows no value, no row and no person.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    case,
    cast,
    null,
    or_,
    select,
)

from hervat.erasure.errors import guarded
from hervat.erasure.footprint.coverage import SearchedTable
from hervat.erasure.planning.coverage.matcher import Sought
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.number_columns import may_hold, shown
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.selection.persons import Persons
from hervat.erasure.system import LocalSystem

_ROWS_AT_A_TIME = 500

_Met: TypeAlias = dict[tuple[str, str, str], set[str]]


@dataclass(frozen=True, order=True)
class Uncovered:
    """A column in which numbers (`kind`: bsn, v) of so many of the plan's persons stand outside what it erases."""

    table: str
    column: str
    kind: str
    persons: int

    def __str__(self) -> str:
        what = "BSNs" if self.kind == "bsn" else "V-nummers"
        return f"{self.persons} of these {what} stand in {self.table}.{self.column}, not covered"


def uncovered(survey: PlanSurvey, persons: Persons, v_numbers: Persons) -> tuple[Uncovered, ...]:
    """Return where numbers of these persons (key -> BSNs, key -> V-nummers) stand that the plan leaves standing.

    Rows of the footprint that the policy erases or restricts are left out, and so are keys that it sets to null.
    Raises CleaningError naming the table that can't be searched: what was not searched is not clean.
    """
    sought, met = Sought.of(persons, v_numbers), _Met()
    with guarded(survey.local.name, "preparing the search"):
        numbers = Scratch(survey.connection, "hervat_sought", {"number": cast(null(), BigInteger)})
        numbers.load([(number,) for number in sorted(sought.numbers)])
    with survey.local.database.any_text(survey.connection):
        for one in survey.local.searched:
            with guarded(survey.local.name, f"searching {one.name}"):
                _search(survey, one, select(numbers.c.number), sought, met)
    return tuple(sorted(Uncovered(*place, len(keys)) for place, keys in met.items()))


def unsearched(local: LocalSystem) -> tuple[str, ...]:
    """Return a note for each column that was to be searched and can't be."""
    return tuple(
        f"coverage: {one.name}.{column} is binary: it was not searched"
        for one in local.searched
        for column in one.binary
    )


def _candidates(survey: PlanSurvey, one: SearchedTable, numbers: Select[Any]) -> Select[Any]:
    """Return the query for the cells that may hold a number, null where they don't; rows without any are left out."""
    columns = [one.sa.c[name] for name in one.columns]
    holds = [may_hold(column, numbers, survey.local.database) for column in columns]
    cells = [
        case((told, _kept(survey, one, column)), else_=null()).label(f"c{at}")
        for at, (told, column) in enumerate(zip(holds, columns, strict=True))
    ]
    return select(*cells).where(or_(*holds), *_stands(survey, one.name))


def _search(survey: PlanSurvey, one: SearchedTable, numbers: Select[Any], sought: Sought, met: _Met) -> None:
    if not one.columns:
        return
    rows = survey.connection.execute(
        _candidates(survey, one, numbers), execution_options={"yield_per": _ROWS_AT_A_TIME}
    )
    for row in rows:
        for column, value in zip(one.columns, row, strict=True):
            for kind, key in sought.met(column, value) if value is not None else ():
                met.setdefault((one.name, column, kind), set()).add(key)


def _stands(survey: PlanSurvey, table: str) -> list[ColumnElement[bool]]:
    """Say that a row is not erased: everywhere outside the footprint, and where it is shared inside."""
    if table not in survey.local.shape.tables:
        return []
    return [case((survey.erasure.erased(table), 0), else_=1) == 1]  # with NOT, a null key would hide a row


def _kept(survey: PlanSurvey, one: SearchedTable, column: Column[Any]) -> ColumnElement[Any]:
    """Return a cell as it will stand: a key of a surviving row that the plan sets to null is null."""
    nullings = survey.erasure.nullings if survey.local.system.policy == "erase" else []
    nulled = [it for it in nullings if it.table == one.name and column.name in it.columns]
    gone = [(survey.erasure.pointing(it), null()) for it in nulled]
    cell = shown(column, survey.local.database)
    return case(*gone, else_=cell) if gone else cell
