"""Create an empty temporary table whose columns have the types of a query."""

from typing import Any

from sqlalchemy import Connection, Select, Table


def create_as(connection: Connection, table: Table, shape: Select[Any], form: str) -> None:
    """Make `table` by `form`, with {name} and {body}: the query `shape` under the names of the table's columns."""
    labelled = shape.with_only_columns(
        *(source.label(column.name) for source, column in zip(shape.selected_columns, table.c, strict=True))
    )
    body = labelled.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    connection.exec_driver_sql(form.format(name=quoted, body=body))
