"""Temporary tables with key sets, and reading many rows at once."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

import polars as pl
from sqlalchemy import Connection, Select, Table, insert

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
