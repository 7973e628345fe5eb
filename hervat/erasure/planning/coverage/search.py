"""The coverage search of a plan: whose BSNs and V-nummers are in rows that the plan does not erase.

It tells in which column how many persons' numbers are, and shows no value, no row and no person.
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

from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.coverage import SearchedTable
from hervat.erasure.planning.coverage.matcher import NumberMatcher
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.number_columns import may_hold, shown
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.selection.persons import Persons
from hervat.erasure.system import LocalSystem

_FETCH_SIZE = 500

_Matches: TypeAlias = dict[tuple[str, str, str], set[str]]


@dataclass(frozen=True, order=True)
class Uncovered:
    """A column with numbers (`kind`: bsn, v) of so many of the plan's persons, outside what the plan erases."""

    table: str
    column: str
    kind: str
    persons: int

    def __str__(self) -> str:
        numbers = "BSNs" if self.kind == "bsn" else "V-nummers"
        return f"{self.persons} of these {numbers} stand in {self.table}.{self.column}, not covered"


def uncovered(survey: PlanSurvey, persons: Persons, v_numbers: Persons) -> tuple[Uncovered, ...]:
    """Return where numbers of these persons (key -> BSNs, key -> V-nummers) are that the plan leaves.

    Rows of the footprint that the policy erases or restricts are left out, and so are keys that it sets to null.
    Raises CleaningError naming a table that can't be searched: a table that was not searched is not clean.
    """
    matcher, matches = NumberMatcher.of(persons, v_numbers), _Matches()
    with translated_errors(survey.local.name, "preparing the search"):
        numbers = Scratch(survey.connection, "hervat_sought", {"number": cast(null(), BigInteger)})
        numbers.load([(number,) for number in sorted(matcher.numbers)])
    with survey.local.database.any_text(survey.connection):
        for searched in survey.local.searched:
            with translated_errors(survey.local.name, f"searching {searched.name}"):
                _search(survey, searched, select(numbers.c.number), matcher, matches)
    return tuple(sorted(Uncovered(*place, len(keys)) for place, keys in matches.items()))


def unsearched(local: LocalSystem) -> tuple[str, ...]:
    """Return a note for each column that was to be searched and can't be."""
    return tuple(
        f"coverage: {searched.name}.{column} is binary: it was not searched"
        for searched in local.searched
        for column in searched.binary
    )


def _search(
    survey: PlanSurvey, searched: SearchedTable, numbers: Select[Any], matcher: NumberMatcher, matches: _Matches
) -> None:
    if not searched.columns:
        return
    rows = survey.connection.execute(
        _candidates(survey, searched, numbers), execution_options={"yield_per": _FETCH_SIZE}
    )
    for row in rows:
        for column, value in zip(searched.columns, row, strict=True):
            for kind, key in matcher.matches(column, value) if value is not None else ():
                matches.setdefault((searched.name, column, kind), set()).add(key)


def _candidates(survey: PlanSurvey, searched: SearchedTable, numbers: Select[Any]) -> Select[Any]:
    """Return the query for the cells that may hold a number, null where they don't; rows without any are left out."""
    columns = [searched.sa.c[name] for name in searched.columns]
    conditions = [may_hold(column, numbers, survey.local.database) for column in columns]
    cells = [
        case((condition, _cell_left(survey, searched, column)), else_=null()).label(f"c{at}")
        for at, (condition, column) in enumerate(zip(conditions, columns, strict=True))
    ]
    return select(*cells).where(or_(*conditions), *_left_conditions(survey, searched.name))


def _left_conditions(survey: PlanSurvey, table: str) -> list[ColumnElement[bool]]:
    """SQL conditions: the row is not erased. None for a table outside the footprint."""
    if table not in survey.local.shape.tables:
        return []
    return [case((survey.erasure.erased(table), 0), else_=1) == 1]  # with NOT, a null key would hide a row


def _cell_left(survey: PlanSurvey, searched: SearchedTable, column: Column[Any]) -> ColumnElement[Any]:
    """Return a cell as the plan leaves it: null where the plan sets a key of a surviving row to null."""
    nullings = survey.erasure.nullings if survey.local.system.policy == "erase" else []
    of_column = [nulling for nulling in nullings if nulling.table == searched.name and column.name in nulling.columns]
    nulled = [(survey.erasure.pointing(nulling), null()) for nulling in of_column]
    cell = shown(column, survey.local.database)
    return case(*nulled, else_=cell) if nulled else cell
