"""Deleting under foreign keys: cycles, checks and the indexes that make it fast."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Delete, Executable

Item = TypeVar("Item")


class Deleting:
    """How tables that point to each other are emptied. By default every key is enforced for every statement."""

    def enforces_keys(self) -> bool:
        """True if the database itself enforces foreign keys while hervat works."""
        return True

    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """True if a unique constraint never takes rows with NULL in these columns for duplicates."""
        return True

    # cycles

    def cycles_to_break(self, groups: Iterable[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        """Return the groups of tables (a cycle if there are several) in which keys must be set to NULL first."""
        return [group for group in groups if len(group) > 1]

    def group_statements(self, deletes: Sequence[Delete]) -> Sequence[Executable]:
        """Return the statements that carry out these deletions from tables of one group."""
        return deletes

    def delete_group(self, connection: Connection, deletes: Sequence[Delete]) -> list[int]:
        """Delete from the tables of one group. Return the number of rows of each."""
        return [connection.execute(delete).rowcount for delete in deletes]

    @contextmanager
    def unenforced(self, connection: Connection, keys: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """Suspend the enforcement of keys where that is how `keys` are dealt with.

        Yield the keys that the caller must check itself afterwards: [] if the database enforced them.
        """
        yield []

    # checks

    def check_keys_now(self, connection: Connection) -> None:
        """Make the database check deferred constraints now."""

    def dangling(self, connection: Connection, table: str) -> list[tuple[str, str]]:
        """Return (table, target) for each key value that points nowhere, if the database doesn't refuse it itself."""
        return []

    # indexes

    def slowed_by(self, keys: Sequence[Item]) -> list[Item]:
        """Return those of these keys without an index that make each deletion scan the table of the key."""
        return list(keys)

    @contextmanager
    def indexed_before(self, connection: Connection, build: Sequence[str], drop: Sequence[str]) -> Iterator[None]:
        """Build indexes before the transaction within, and drop them after it, if it can't build them itself.

        On a connection of its own: a CREATE INDEX commits (Oracle) or is refused in a snapshot (SQL Server). If the
        process dies, they stay.
        """
        if not build:
            yield
            return
        outside = connection.engine.execution_options(isolation_level="AUTOCOMMIT")
        built = 0
        try:
            with outside.connect() as own:
                for statement in build:
                    own.exec_driver_sql(statement)
                    built += 1
            yield
        finally:
            connection.rollback()
            with outside.connect() as own:
                for statement in drop[:built]:
                    own.exec_driver_sql(statement)

    def drop_index(self, table: str, schema: str, index: str) -> str:
        """Return the statement that drops an index; names are quoted already, `schema` is "" for the default one."""
        return f"DROP INDEX {schema}.{index}" if schema else f"DROP INDEX {index}"
