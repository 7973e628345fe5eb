"""The marks of policy restrict: the value that each column gets, and the rows that lack it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, and_, literal, true, type_coerce
from sqlalchemy.types import TypeEngine

from hervat.databases import Database
from hervat.erasure.footprint.conditions import typed_value
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema
from hervat.settings import System


@dataclass(frozen=True)
class Mark:
    """The value that a column gets under policy restrict; `kind` is the type with which it is bound."""

    table: str
    column: str
    value: Any
    kind: TypeEngine[Any] = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

    def missing_condition(self, source: FromClause) -> ColumnElement[bool]:
        """SQL condition: the row does not carry this mark."""
        return type_coerce(source.c[self.column], self.kind).is_distinct_from(self.literal)

    @property
    def literal(self) -> ColumnElement[Any]:
        """The value as the statements bind it."""
        return literal(self.value, self.kind)


def unmarked_condition(marks: tuple[Mark, ...], root: str, source: FromClause) -> ColumnElement[bool]:
    """SQL condition: the root row lacks one of the marks of its own table."""
    own = [~mark.missing_condition(source) for mark in marks if mark.table == root]
    return ~and_(true(), *own)


def read_marks(system: System, shape: Shape, schema: Schema, database: Database) -> tuple[Mark, ...]:
    """Return the marks of a system. Raises ConfigurationError with every mistake in `restrict`."""
    findings = FootprintProblems(system.name, schema)
    marks = [_mark(name, value, shape, findings, database) for name, value in system.restrict.items()]
    for name in shape.root_tables if system.policy == "restrict" else ():
        if not any(mark and mark.table == name for mark in marks):
            message = f"no column of the root table {name}"
            findings.add("restrict", message, "name one: it shows which roots are restricted")
    findings.stop()
    return tuple(mark for mark in marks if mark)


def _mark(name: str, value: Any, shape: Shape, findings: FootprintProblems, database: Database) -> Mark | None:
    key = f"restrict.{name}"
    place = findings.column(key, name)
    if not place:
        return None
    table, column = place
    table_info = findings.schema[table]
    if table not in shape.nodes:
        findings.add(key, f"the table {table} has no rows of the footprint", f"name one of {', '.join(shape.nodes)}")
    elif column in table_info.primary or any(column in foreign.columns for foreign in shape.keys_of(table)):
        findings.add(key, f"{name} is part of a key", "name a column that is not part of a key")
    elif value is None and column not in table_info.nullable:
        findings.add(key, f"{name} may not be null", "write a value")
    try:
        return _bound(table, table_info.column(column), value, database)
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None


def _bound(table: str, column: Column[Any], value: Any, database: Database) -> Mark:
    return Mark(table, column.name, *database.storable(column, typed_value(column, value)))
