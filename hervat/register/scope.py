"""The filter on one municipality. Gemeenten share the register's tables, so every query on them needs it."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql.elements import SQLCoreOperations


def scope(model: type[Any], code: str | SQLCoreOperations[str]) -> ColumnElement[bool]:
    """SQL condition: the row of a table (a model or an alias of one) is of this municipality."""
    condition: ColumnElement[bool] = model.municipality == code
    return condition
