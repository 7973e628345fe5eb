"""Indexes for the time of a cleaning: without them PostgreSQL looks through each pointing table for each erased row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, Dialect, Table

from hervat.databases import Database, database_of
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema

_BEARABLE_LOOKS = 2_000_000_000  # some minutes; see docs/LIMITS.md
_NAME_BYTES = 14  # of the table, so that the whole name is one on every kind of database (Oracle: 30)


@dataclass(frozen=True)
class TemporaryIndex:
    """An index on the columns of a foreign key that has none; `target` is the table that is erased from."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    sa: Table = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name} on {self.table} ({', '.join(self.columns)})"

    def create(self, connection: Connection) -> None:
        """Build it."""
        connection.exec_driver_sql(self.statement(connection.dialect))

    def statement(self, dialect: Dialect) -> str:
        """Return the statement that builds it."""
        quoted = dialect.identifier_preparer.quote
        columns = ", ".join(map(quoted, self.columns))
        return f"CREATE INDEX {quoted(self.name)} ON {dialect.identifier_preparer.format_table(self.sa)} ({columns})"

    def drop(self, connection: Connection) -> None:
        """Take it away again."""
        connection.exec_driver_sql(self.drop_statement(connection.dialect))

    def drop_statement(self, dialect: Dialect) -> str:
        """Return the statement that drops it."""
        quoted = dialect.identifier_preparer.quote
        schema = quoted(self.sa.schema) if self.sa.schema else ""
        table = dialect.identifier_preparer.format_table(self.sa)
        return database_of(dialect).drop_index(table, schema, quoted(self.name))


def missing_indexes(shape: Shape, schema: Schema, database: Database) -> list[TemporaryIndex]:
    """Return an index for each foreign key that points inside, has none and makes deletions slow."""
    unindexed = [key for key in shape.pointing_in if key.declared and not schema[key.table].is_indexed(key.columns)]
    wanted = {(key.table, key.columns): key for key in database.slowed_by(unindexed)}
    return [
        TemporaryIndex(_name(*place), *place, key.target, schema[key.table].sa) for place, key in sorted(wanted.items())
    ]


def too_slow(connection: Connection, missing: Sequence[TemporaryIndex], erased: Mapping[str, int]) -> list[str]:
    """Return why erasing so many rows (by table) would take too long without these indexes, [] when it is bearable.

    For each erased row the database looks through every table that points to it and has no index.
    """
    met = [one for one in missing if erased.get(one.target)]
    database = database_of(connection)
    looks = sum(erased[one.target] * database.size(connection, one.sa) for one in met)
    if looks <= _BEARABLE_LOOKS:
        return []
    statements = "; ".join(one.statement(connection.dialect) for one in met)
    return [
        f"{len(met)} keys have no index, so that {looks:,} rows would be looked through; let the administrator build"
        f" them ({statements}), or set allow_index: true"
    ]


def _name(table: str, columns: tuple[str, ...]) -> str:
    digest = sha256("\0".join((table, *columns)).encode()).hexdigest()[:8]
    begin = table.encode()[:_NAME_BYTES].decode(errors="ignore")
    return f"hervat_{begin}_{digest}"
