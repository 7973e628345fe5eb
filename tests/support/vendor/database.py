"""A made-up vendor written to a database and read back whole, by SQL of its own."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, column, inspect, select, table

from tests.support.vendor.rows import Vendor
from tests.support.vendor.schema import Entity, Key, keys_of
from tests.support.vendor.truth import Content


def write(vendor: Vendor, engine: Engine) -> None:
    """Make the tables, fill them, and add the foreign keys (SQLite: they are part of the tables)."""
    inline = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for entity in vendor.tables.values():
            _run(connection, _create(engine.dialect, entity, inline))
        for entity in vendor.tables.values():
            rows = [{name: row.values[name] for name in entity.columns} for row in vendor.of(entity)]
            if rows:
                connection.execute(_light(entity).insert(), rows)
        for key in () if inline else keys_of(vendor.tables):
            quoted = engine.dialect.identifier_preparer.quote
            _run(connection, f"ALTER TABLE {quoted(key.table.name)} ADD {_foreign(engine.dialect, key)}")


def content(vendor: Vendor, engine: Engine) -> Content:
    """Return every row of every table, values as they were written. Raises AssertionError for a table too many."""
    longest = 63 if engine.dialect.name == "postgresql" else 255
    assert {name[:longest] for name in vendor.tables} == set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(_light(entity)))), key=repr)
            for name, entity in vendor.tables.items()
        }


def _light(entity: Entity) -> Any:
    return table(entity.name, *(column(name, kind) for name, kind in entity.columns.items()))


def _create(dialect: Dialect, entity: Entity, inline: bool) -> str:
    quoted = dialect.identifier_preparer.quote
    parts = list(_columns(dialect, entity))
    if entity.primary:
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, entity.primary))})")
    parts += [_foreign(dialect, key) for key in entity.keys] if inline else []
    return f"CREATE TABLE {quoted(entity.name)} ({', '.join(parts)})"


def _columns(dialect: Dialect, entity: Entity) -> Iterator[str]:
    quoted = dialect.identifier_preparer.quote
    for name, kind in entity.columns.items():
        must = "" if name in entity.nullable else " NOT NULL"
        yield f"{quoted(name)} {kind.compile(dialect=dialect)}{must}"


def _foreign(dialect: Dialect, key: Key) -> str:
    quoted = dialect.identifier_preparer.quote
    columns, targets = (", ".join(map(quoted, names)) for names in (key.columns, key.target.primary))
    return f"FOREIGN KEY ({columns}) REFERENCES {quoted(key.target.name)} ({targets})"


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
