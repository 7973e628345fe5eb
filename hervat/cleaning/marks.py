"""The marks of policy restrict: which columns get which value, and which rows bear them already."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, literal, true

from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import Shape
from hervat.cleaning.values import fitted
from hervat.settings import System


@dataclass(frozen=True)
class Mark:
    """The value that a column gets under policy restrict."""

    table: str
    column: str
    value: Any

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

    def missing(self, source: FromClause) -> ColumnElement[bool]:
        """Say that a row does not bear this mark."""
        column = source.c[self.column]
        return column.is_distinct_from(literal(self.value, column.type))


def unmarked(marks: tuple[Mark, ...], root: str, source: FromClause) -> ColumnElement[bool]:
    """Say that a root row lacks one of the marks of its own table."""
    own = [~mark.missing(source) for mark in marks if mark.table == root]
    return ~and_(true(), *own)


def read_marks(system: System, shape: Shape, schema: Schema) -> tuple[Mark, ...]:
    """Return the marks of a system. Raises ConfigurationError with every mistake in `restrict`."""
    findings = Findings(system.name, schema)
    marks = [_mark(name, value, shape, findings) for name, value in system.restrict.items()]
    if system.policy == "restrict" and not any(mark and mark.table == shape.root for mark in marks):
        findings.add("restrict", f"no column of the root table {shape.root}", "name one: by it a restricted root is known")
    findings.stop()
    return tuple(mark for mark in marks if mark)


def _mark(name: str, value: Any, shape: Shape, findings: Findings) -> Mark | None:
    key = f"restrict.{name}"
    found = findings.column(key, name)
    if not found:
        return None
    table, column = found
    info = findings.schema[table]
    if table not in shape.nodes:
        findings.add(key, f"the table {table} has no rows of the footprint", f"name one of {', '.join(shape.nodes)}")
    elif column in info.primary or any(column in one.columns for one in shape.keys_of(table)):
        findings.add(key, f"{name} is part of a key", "name a column that is none")
    elif value is None and column not in info.nullable:
        findings.add(key, f"{name} may not be null", "write a value")
    try:
        return Mark(table, column, fitted(info.column(column), value))
    except ValueError as error:
        findings.add(key, str(error), "write a value of that type")
        return None
