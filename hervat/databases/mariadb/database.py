"""MariaDB: rows are locked first and the snapshot comes after, keys are checked row by row, DDL commits.

InnoDB fills a table from a query with locks on what it reads, as it is now and not as the snapshot has it. So a
cleaning begins without a snapshot, and its key sets are in Aria tables, whose reading makes none: the snapshot of all
counts is made when what it must agree with is locked. A plan reads without locks, so that nobody waits for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    Table,
    text,
)
from sqlalchemy.engine.reflection import Inspector
from typing_extensions import override

from hervat.databases.errors import LocalSystemError
from hervat.databases.interface import ENGINE_OPTIONS, Database, Timeouts, create_as
from hervat.databases.interface.deleting import Item
from hervat.databases.mariadb.catalogue import MariadbKeepers, MariadbKeys
from hervat.databases.mariadb.connection import engine_on
from hervat.databases.mariadb.dialect import DRIVER, ENGINE, columns_and_keys
from hervat.databases.mariadb.engines import MariadbEngines
from hervat.databases.mariadb.rights import UNSEEN, MariadbRights, on_all_tables
from hervat.databases.mariadb.values import MariadbValues
from hervat.databases.mariadb.writes import MariadbWrites

_LOCK = text("select get_lock(concat('hervat:', left(sha1(database()), 40)), 0)")
_CHECKS = text(
    "select check_clause from information_schema.check_constraints"
    " where constraint_schema = coalesce(:schema, database()) and table_name = :name"
)


class Mariadb(MariadbValues, MariadbKeys, MariadbEngines, MariadbWrites, MariadbKeepers, MariadbRights, Database):
    """MariaDB 10.6 and newer, by PyMySQL."""

    name = "mariadb"
    not_rolled_back = (
        "AUTO_INCREMENT numbers, which do not go back, and statements that commit by themselves (DDL); hervat's own"
        " temporary tables do not",
    )

    @override
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Connecting raises WrongServerError where no MariaDB answers."""
        return engine_on(system, url, timeouts.lock, timeouts.statement, driver=DRIVER, **ENGINE_OPTIONS)

    @override
    def begin_reading(self, connection: Connection) -> None:
        """Each statement sees its own state: what others commit meanwhile may show in one count alone."""
        connection.execution_options(isolation_level="READ COMMITTED")

    @override
    def begin_writing(self, connection: Connection) -> None:
        """Raises LocalSystemError for an account that can't see every table: the server hides them."""
        connection.execution_options(isolation_level="REPEATABLE READ")
        if not on_all_tables(connection, "SELECT"):
            raise LocalSystemError(f"{UNSEEN}; nothing was done")

    @override
    def try_lock(self, connection: Connection) -> bool:
        """The lock is the connection's, which no pool keeps; its name is that of the database."""
        taken = connection.scalar(_LOCK)
        connection.commit()
        return bool(taken)

    @override
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """It lives until the connection ends, so it may replace one of an earlier transaction."""
        inner = columns_and_keys(connection.dialect, table, shape, unique)
        form = f"CREATE OR REPLACE TEMPORARY TABLE {{name}} {inner} {ENGINE} AS {{body}}"
        create_as(connection, table, shape, form)

    @override
    def cycles_to_break(self, groups: Iterable[tuple[Item, ...]]) -> list[tuple[Item, ...]]:
        return []

    @override
    @contextmanager
    def unenforced(self, connection: Connection, keys: Sequence[Item]) -> Iterator[Sequence[Item]]:
        if keys:
            connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        yield keys
        if keys:
            connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")

    @override
    def slowed_by(self, keys: Sequence[Item]) -> list[Item]:
        """None: InnoDB has an index on every foreign key."""
        return []

    @override
    def checks(self, look: Inspector, table: Table) -> list[str]:
        """Checks written with their column are in the catalogue only."""
        place = {"schema": table.schema, "name": table.name}
        return list(look.bind.execute(_CHECKS, place).scalars()) if isinstance(look.bind, Connection) else []


class Mysql(Mariadb):
    """The same under the name that a URL may give it; the engine itself is MariaDB's."""

    name = "mysql"
