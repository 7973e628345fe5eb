"""The tables, views and columns that a system's coverage searches, checked against its schema."""

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import SAWarning

from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema, TableInfo
from hervat.erasure.schema.number_columns import kind_of
from hervat.settings import Coverage, System


@dataclass(frozen=True)
class SearchedTable:
    """A table or view to search: the columns that can hold a number, and those that are binary."""

    name: str
    sa: Table = field(compare=False, repr=False)
    columns: tuple[str, ...]
    binary: tuple[str, ...]


def read_others(connection: Connection, system: System, schema: Schema) -> dict[str, TableInfo]:
    """Return the tables that the coverage names in full but the schema lacks: views, and tables of other schemas."""
    named = {name for name in system.coverage.tables if "*" not in name} if system.coverage else set()
    inspector = inspect(connection)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy does no harm
        others = (_other(inspector, name) for name in sorted(named - set(schema.tables)))
        return {table.name: table for table in others if table}


def read_searched(
    system: System, shape: Shape, schema: Schema, others: dict[str, TableInfo]
) -> tuple[SearchedTable, ...]:
    """Return the tables to search, () without coverage. Raises ConfigurationError with every unknown name."""
    if system.coverage is None:
        return ()
    findings = FootprintProblems(system.name, Schema({**schema.tables, **others}))
    left_out = {findings.column("coverage.except", name) for name in system.coverage.except_}
    left_out.add((shape.person, shape.bsn))  # a person is found by it: their row is never erased
    names = dict.fromkeys(_names(system.coverage, schema, findings))
    findings.stop()
    return tuple(_searched(findings.schema[name], left_out) for name in names)


def _names(coverage: Coverage, schema: Schema, findings: FootprintProblems) -> Iterator[str]:
    for pattern in coverage.tables:
        if "*" not in pattern:
            yield from filter(None, [findings.table("coverage.tables", pattern)])
            continue
        form = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
        names = [name for name in sorted(schema.tables) if form.fullmatch(name)]
        if not names:
            findings.add("coverage.tables", f"no table is named like {pattern}", 'name a table, or write "*" for all')
        yield from names


def _searched(table: TableInfo, left_out: set[tuple[str, str] | None]) -> SearchedTable:
    kinds = {column.name: kind_of(column) for column in table.sa.columns if (table.name, column.name) not in left_out}
    columns = tuple(name for name, kind in kinds.items() if kind and kind != "binary")
    return SearchedTable(table.name, table.sa, columns, tuple(name for name, kind in kinds.items() if kind == "binary"))


def _other(inspector: Inspector, name: str) -> TableInfo | None:
    schema, _, plain = name.rpartition(".")
    if (schema and schema not in inspector.get_schema_names()) or plain not in _all_in(inspector, schema or None):
        return None
    columns: list[Column[Any]] = [
        Column(column["name"], column["type"]) for column in inspector.get_columns(plain, schema or None)
    ]
    return TableInfo(name, Table(plain, MetaData(), *columns, schema=schema or None), (), frozenset(), ())


def _all_in(inspector: Inspector, schema: str | None) -> set[str]:
    names = {*inspector.get_view_names(schema), *inspector.get_table_names(schema)}
    with suppress(NotImplementedError):  # where there are no materialised views
        names |= set(inspector.get_materialized_view_names(schema))
    return names
