"""Indexes for the time of a cleaning: without them PostgreSQL looks through each pointing table for each erased row."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection

from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import Shape


@dataclass(frozen=True)
class TemporaryIndex:
    """An index on the columns of a foreign key that has none; `target` is the table that is erased from."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str

    def __str__(self) -> str:
        return f"{self.name} on {self.table} ({', '.join(self.columns)})"

    def create(self, connection: Connection) -> None:
        """Build it."""
        quoted = connection.dialect.identifier_preparer.quote
        columns = ", ".join(map(quoted, self.columns))
        connection.exec_driver_sql(f"CREATE INDEX {quoted(self.name)} ON {quoted(self.table)} ({columns})")

    def drop(self, connection: Connection) -> None:
        """Take it away again."""
        connection.exec_driver_sql(f"DROP INDEX {connection.dialect.identifier_preparer.quote(self.name)}")


def missing_indexes(shape: Shape, schema: Schema) -> list[TemporaryIndex]:
    """Return an index for each foreign key that points inside and has none."""
    wanted = {
        (key.table, key.columns): key
        for key in shape.pointing_in
        if key.declared and not schema[key.table].is_indexed(key.columns)
    }
    return [TemporaryIndex(_name(*place), *place, key.target) for place, key in sorted(wanted.items())]


def _name(table: str, columns: tuple[str, ...]) -> str:
    digest = sha256("\0".join((table, *columns)).encode()).hexdigest()[:8]
    return f"hervat_{table[:30]}_{digest}"
