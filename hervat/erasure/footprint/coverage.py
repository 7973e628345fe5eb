"""Where a system's coverage searches: the configured names held against its schema."""

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
    """A table or view in which is searched: the columns that can hold a number, and those that are binary."""

    name: str
    sa: Table = field(compare=False, repr=False)
    columns: tuple[str, ...]
    binary: tuple[str, ...]


def read_others(connection: Connection, system: System, schema: Schema) -> dict[str, TableInfo]:
    """Return what the system's coverage names in full beside the schema: views, and tables of yet other schemas."""
    named = {name for name in system.coverage.tables if "*" not in name} if system.coverage else set()
    look = inspect(connection)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy is no obstacle
        found = (_other(look, name) for name in sorted(named - set(schema.tables)))
        return {one.name: one for one in found if one}


def read_searched(
    system: System, shape: Shape, schema: Schema, others: dict[str, TableInfo]
) -> tuple[SearchedTable, ...]:
    """Return where is searched, () without coverage. Raises ConfigurationError with every name that is not there."""
    if system.coverage is None:
        return ()
    findings = FootprintProblems(system.name, Schema({**schema.tables, **others}))
    left_out = {findings.column("coverage.except", name) for name in system.coverage.except_}
    left_out.add((shape.person, shape.bsn))  # by it a person is found: his row is never erased
    names = dict.fromkeys(_names(system.coverage, schema, findings))
    findings.stop()
    return tuple(_searched(findings.schema[name], left_out) for name in names)


def _names(coverage: Coverage, schema: Schema, findings: FootprintProblems) -> Iterator[str]:
    for pattern in coverage.tables:
        if "*" not in pattern:
            yield from filter(None, [findings.table("coverage.tables", pattern)])
            continue
        form = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
        found = [name for name in sorted(schema.tables) if form.fullmatch(name)]
        if not found:
            findings.add("coverage.tables", f"no table is named like {pattern}", 'name a table, or write "*" for all')
        yield from found


def _searched(table: TableInfo, left_out: set[tuple[str, str] | None]) -> SearchedTable:
    kinds = {one.name: kind_of(one) for one in table.sa.columns if (table.name, one.name) not in left_out}
    columns = tuple(name for name, kind in kinds.items() if kind and kind != "binary")
    return SearchedTable(table.name, table.sa, columns, tuple(name for name, kind in kinds.items() if kind == "binary"))


def _other(look: Inspector, name: str) -> TableInfo | None:
    schema, _, plain = name.rpartition(".")
    if (schema and schema not in look.get_schema_names()) or plain not in _all_in(look, schema or None):
        return None
    columns: list[Column[Any]] = [Column(one["name"], one["type"]) for one in look.get_columns(plain, schema or None)]
    return TableInfo(name, Table(plain, MetaData(), *columns, schema=schema or None), (), frozenset(), ())


def _all_in(look: Inspector, schema: str | None) -> set[str]:
    found = {*look.get_view_names(schema), *look.get_table_names(schema)}
    with suppress(NotImplementedError):  # where there are no materialised views
        found |= set(look.get_materialized_view_names(schema))
    return found
