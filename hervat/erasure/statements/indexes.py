"""Temporary indexes on foreign keys: without them PostgreSQL scans each pointing table for each erased row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, Dialect, Table

from hervat.databases import Database, database_of
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema
from hervat.plural import plural

_MAX_ROW_SCANS = 2_000_000_000  # some minutes; see docs/LIMITS.md
_NAME_BYTES = 14  # of the table, so that the whole name is valid in every database (Oracle: 30)


@dataclass(frozen=True)
class TemporaryIndex:
    """An index on the columns of a foreign key without one; `target` is the table that is erased from."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    sa: Table = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name} on {self.table} ({', '.join(self.columns)})"

    def create(self, connection: Connection) -> None:
        """Build the index."""
        connection.exec_driver_sql(self.statement(connection.dialect))

    def statement(self, dialect: Dialect) -> str:
        """Return the statement that builds the index."""
        quoted = dialect.identifier_preparer.quote
        columns = ", ".join(map(quoted, self.columns))
        return f"CREATE INDEX {quoted(self.name)} ON {dialect.identifier_preparer.format_table(self.sa)} ({columns})"

    def drop(self, connection: Connection) -> None:
        """Drop the index."""
        connection.exec_driver_sql(self.drop_statement(connection.dialect))

    def drop_statement(self, dialect: Dialect) -> str:
        """Return the statement that drops the index."""
        quoted = dialect.identifier_preparer.quote
        schema = quoted(self.sa.schema) if self.sa.schema else ""
        table = dialect.identifier_preparer.format_table(self.sa)
        return database_of(dialect).drop_index(table, schema, quoted(self.name))


def missing_indexes(shape: Shape, schema: Schema, database: Database) -> list[TemporaryIndex]:
    """Return an index for each foreign key that points inside, has none and makes deletions slow."""
    keys = [key for key in shape.pointing_in if key.declared and not schema[key.table].is_indexed(key.columns)]
    unindexed = {(key.table, key.columns): key for key in database.slowed_by(keys)}
    return [
        TemporaryIndex(_name(*place), *place, key.target, schema[key.table].sa)
        for place, key in sorted(unindexed.items())
    ]


def too_slow(connection: Connection, missing: Sequence[TemporaryIndex], erased: Mapping[str, int]) -> list[str]:
    """Return why erasing so many rows (by table) would take too long without these indexes, [] if it is acceptable.

    For each erased row the database scans every table that points to it and has no index.
    """
    needed = [index for index in missing if erased.get(index.target)]
    database = database_of(connection)
    scans = sum(erased[index.target] * database.size(connection, index.sa) for index in needed)
    if scans <= _MAX_ROW_SCANS:
        return []
    statements = "; ".join(index.statement(connection.dialect) for index in needed)
    return [
        f"{plural(len(needed), 'foreign key')} without an index, so {scans:,} rows would be scanned; let the"
        f" administrator build them ({statements}), or set allow_index: true"
    ]


def _name(table: str, columns: tuple[str, ...]) -> str:
    digest = sha256("\0".join((table, *columns)).encode()).hexdigest()[:8]
    prefix = table.encode()[:_NAME_BYTES].decode(errors="ignore")
    return f"hervat_{prefix}_{digest}"
