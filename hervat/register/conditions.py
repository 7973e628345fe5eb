"""Conditions of queries on the register: one municipality, and one parameter for any number of values.

Gemeenten share the register's tables, so every query on them needs `scope`. A list of parameters has limits, and it is
slow.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def scope(model: type[Any], code: str | SQLCoreOperations[str]) -> ColumnElement[bool]:
    """SQL condition: the row of a table (a model or an alias of one) is of this municipality."""
    condition: ColumnElement[bool] = model.municipality == code
    return condition


def among(column: InstrumentedAttribute[Any] | ColumnElement[Any], values: Iterable[Any]) -> "_Among":
    """SQL condition: a column (of numbers or texts) is one of these values."""
    return _Among(column, literal(list(values), _Many(column.type)))


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


class _Many(TypeDecorator[list[Any]]):
    """Values as an array, or as JSON text for SQLite, which has no arrays."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


@compiles(_Among)
def _in_array(element: _Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(clause, **given) for clause in element.clauses)
    return f"({column} = any ({values}))"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(clause, **given) for clause in element.clauses)
    return f"({column} in (select value from json_each({values})))"
