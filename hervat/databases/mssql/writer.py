"""SQLAlchemy's SQL Server compiler, for what this server writes otherwise."""

from typing import Any

from sqlalchemy import (
    BinaryExpression,
    ColumnElement,
    Exists,
    Function,
    and_,
    exists,
    not_,
)
from sqlalchemy.dialects.mssql.base import MSSQLCompiler
from sqlalchemy.sql.elements import Tuple
from sqlalchemy.sql.operators import OperatorType


class MssqlWriter(MSSQLCompiler):
    """Writes (a, b) IN (SELECT ...) as EXISTS, which this server knows."""

    def visit_in_op_binary(self, binary: BinaryExpression[Any], operator: OperatorType, **kw: Any) -> str:
        """Return `in`."""
        if isinstance(binary.left, Tuple):
            return self.process(_is_there(binary), **kw)
        return self._generate_generic_binary(binary, " IN ", **kw)

    def visit_not_in_op_binary(self, binary: BinaryExpression[Any], operator: OperatorType, **kw: Any) -> str:
        """Return `not in`: unknown, so not true, where one of the columns is null."""
        if isinstance(binary.left, Tuple):
            filled = [column.is_not(None) for column in binary.left.clauses]
            return f"({self.process(and_(*filled, not_(_is_there(binary))), **kw)})"
        return str(super().visit_not_in_op_binary(binary, operator, **kw))  # type: ignore[no-untyped-call]

    def visit_substr_func(self, function: Function[Any], **kw: Any) -> str:
        """Return `substr`, whose name differs here."""
        return f"SUBSTRING{self.function_argspec(function, **kw)}"


def _is_there(binary: BinaryExpression[Any]) -> Exists:
    columns: list[ColumnElement[Any]] = list(binary.left.clauses)
    rows = binary.right.element.subquery()
    same = and_(*(column == other for column, other in zip(columns, rows.c, strict=True)))
    return exists().select_from(rows).where(same).correlate_except(rows)
