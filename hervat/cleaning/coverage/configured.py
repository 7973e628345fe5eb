"""Where a system's coverage searches: the configured names held against its schema."""

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.exc import SAWarning

from hervat.cleaning.coverage.columns import kind_of
from hervat.cleaning.names import Findings
from hervat.cleaning.schema import Schema, TableInfo
from hervat.settings import Coverage, System


@dataclass(frozen=True)
class Searched:
    """A table or view in which is searched: the columns that can hold a number, and those that are binary."""

    name: str
    sa: Table = field(compare=False, repr=False)
    columns: tuple[str, ...]
    binary: tuple[str, ...]


def read_views(connection: Connection, system: System) -> dict[str, TableInfo]:
    """Return the views that the system's coverage names in full; a pattern takes tables alone."""
    named = {name for name in system.coverage.tables if "*" not in name} if system.coverage else set()
    if not named:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy is no obstacle
        return {name: _view(connection, name) for name in sorted(named & _views(connection))}


def read_searched(system: System, schema: Schema, views: dict[str, TableInfo]) -> tuple[Searched, ...]:
    """Return where is searched, () without coverage. Raises ConfigurationError with every name that is not there."""
    if system.coverage is None:
        return ()
    findings = Findings(system.name, Schema({**schema.tables, **views}))
    left_out = {findings.column("coverage.except", name) for name in system.coverage.except_}
    own = system.footprint.person if system.footprint else None
    if own:
        left_out.add((own.table, own.bsn))  # by it a person is found: his row is never erased
    names = dict.fromkeys(_names(system.coverage, schema, findings))
    findings.stop()
    return tuple(_searched(findings.schema[name], left_out) for name in names)


def _names(coverage: Coverage, schema: Schema, findings: Findings) -> Iterator[str]:
    for pattern in coverage.tables:
        if "*" not in pattern:
            yield from filter(None, [findings.table("coverage.tables", pattern)])
            continue
        form = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
        found = [name for name in sorted(schema.tables) if form.fullmatch(name)]
        if not found:
            findings.add("coverage.tables", f"no table is named like {pattern}", 'name a table, or write "*" for all')
        yield from found


def _searched(table: TableInfo, left_out: set[tuple[str, str] | None]) -> Searched:
    kinds = {one.name: kind_of(one) for one in table.sa.columns if (table.name, one.name) not in left_out}
    columns = tuple(name for name, kind in kinds.items() if kind and kind != "binary")
    return Searched(table.name, table.sa, columns, tuple(name for name, kind in kinds.items() if kind == "binary"))


def _views(connection: Connection) -> set[str]:
    look = inspect(connection)
    with suppress(NotImplementedError):  # where there are no materialised ones
        return {*look.get_view_names(), *look.get_materialized_view_names()}
    return set(look.get_view_names())


def _view(connection: Connection, name: str) -> TableInfo:
    columns: list[Column[Any]] = [Column(one["name"], one["type"]) for one in inspect(connection).get_columns(name)]
    return TableInfo(name, Table(name, MetaData(), *columns), (), frozenset(), ())
