"""Temporary tables with key sets, and reading many rows at once: a column as one long text, split here.

The driver is slower per row than the database.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

import polars as pl
from sqlalchemy import Connection, Select, Table, func, insert, select
from sqlalchemy.util import LRUCache

_BATCH = 5000
Gathered: TypeAlias = tuple[tuple[Any, ...], pl.Series]


class TemporaryTables(ABC):
    """Tables that only this connection sees."""

    def temporary(self, name: str) -> str:
        """Return the name under which a temporary table is created."""
        return name

    @abstractmethod
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """Create an empty temporary table: columns and types of `shape`, names of `table`."""

    def load(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows into a temporary table."""
        names = [column.name for column in table.c]
        for start in range(0, len(rows), _BATCH):
            batch = [dict(zip(names, row, strict=True)) for row in rows[start : start + _BATCH]]
            connection.execute(insert(table), batch)

    def analyze(self, connection: Connection, table: Table) -> None:  # noqa: B027 - most databases need nothing
        """Update the planner's statistics of a temporary table."""

    def gathered(self, connection: Connection, query: Select[Any]) -> list[Gathered]:
        """Return the texts in a query's first column, grouped by its (few) combinations of other columns."""
        groups: defaultdict[tuple[Any, ...], list[str | None]] = defaultdict(list)
        for text, *others in connection.execute(query):
            groups[tuple(others)].append(text)
        return [(others, pl.Series(texts, dtype=pl.String)) for others, texts in groups.items()]


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


_BETWEEN = "/"  # not in a BSN; if a cell has it all the same, the number of cells shows it


def gathered(connection: Connection, query: Select[Any]) -> list[Gathered] | None:
    """Return `Database.gathered`, or None if a cell holds the separator."""
    text, *others = query.subquery().c
    joined = func.aggregate_strings(text, _BETWEEN)
    aggregated = select(func.count(), func.count(text), joined, *others).group_by(*others)
    groups = [
        (tuple(values), _cells(whole), filled, rows) for rows, filled, whole, *values in connection.execute(aggregated)
    ]
    if any(len(cells) != filled for _, cells, filled, _ in groups):
        return None
    return [(values, cells.extend_constant(None, rows - filled)) for values, cells, filled, rows in groups]


def _cells(whole: str | None) -> pl.Series:
    """Take the text apart; None is that of no cell."""
    return pl.Series([whole], dtype=pl.String).drop_nulls().str.split(_BETWEEN).explode(empty_as_null=False)
