"""Create an empty temporary table whose columns have the types of a query."""

from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.util import LRUCache

_TEXTS = LRUCache[Any, str](1000)


def create_as(connection: Connection, table: Table, shape: Select[Any], form: str) -> None:
    """Make `table` by `form`, with {name} and {body}: the query `shape` under the names of the table's columns.

    The statement is kept for the next time: the same table, from the same columns under the same condition.
    """
    dialect = connection.dialect
    key = (type(dialect), dialect.server_version_info, form, table, shape.whereclause, *shape.selected_columns)
    statement = _TEXTS.get(key)
    if statement is None:
        statement = _TEXTS[key] = _statement(connection, table, shape, form)
    connection.exec_driver_sql(statement)


def _statement(connection: Connection, table: Table, shape: Select[Any], form: str) -> str:
    labelled = shape.with_only_columns(
        *(source.label(column.name) for source, column in zip(shape.selected_columns, table.c, strict=True))
    )
    body = labelled.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    return form.format(name=quoted, body=body)
