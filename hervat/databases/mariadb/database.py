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
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Numeric,
    Select,
    String,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    null,
    text,
)
from sqlalchemy.dialects.mysql import TIMESTAMP
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.types import LargeBinary, _Binary

from hervat.databases.base import BLANKS, MANNERS, Database, Waits
from hervat.databases.catalogue import SchemaCatalogue, WriteFound
from hervat.databases.errors import LocalSystemError
from hervat.databases.mariadb.catalogue import outside, pointing_in
from hervat.databases.mariadb.connection import engine_on
from hervat.databases.mariadb.dialect import DRIVER, ENGINE, EXACT, columns_and_keys
from hervat.databases.mariadb.engines import remote, unseen, views_beyond, without_keys
from hervat.databases.mariadb.keepers import keepers, may_count
from hervat.databases.mariadb.rights import UNSEEN, lacking, on_all_tables, unfit
from hervat.databases.mariadb.writes import catalogue, found_triggers
from hervat.databases.model import Keeper, Outside, Places
from hervat.databases.temporary import create_as

_LOCK = text("select get_lock(concat('hervat:', left(sha1(database()), 40)), 0)")
_CHECKS = text(
    "select check_clause from information_schema.check_constraints"
    " where constraint_schema = coalesce(:schema, database()) and table_name = :name"
)
_NINE = r"^[0-9]{9}\z"


class Mariadb(Database):
    """MariaDB 10.6 and newer, by PyMySQL. InnoDB has an index on every foreign key: erasing looks through none."""

    name = "mariadb"
    looks_per_row = False
    circles = "unchecked"
    lasting = (
        "AUTO_INCREMENT numbers, which do not go back, and statements that commit by themselves (DDL); hervat's own"
        " temporary tables do not",
    )
    pads = True
    stamps = True

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Connecting raises WrongServerError where no MariaDB answers."""
        return engine_on(system, url, waits.lock, waits.statement, driver=DRIVER, **MANNERS)

    def begin_reading(self, connection: Connection) -> None:
        """See the base. Each statement sees its own state: what others commit meanwhile may show in one count alone."""
        connection.execution_options(isolation_level="READ COMMITTED")

    def begin_writing(self, connection: Connection) -> None:
        """See the base. Raises LocalSystemError for an account that can't see every table: the server hides them."""
        connection.execution_options(isolation_level="REPEATABLE READ")
        if not on_all_tables(connection, "SELECT"):
            raise LocalSystemError(f"{UNSEEN}; nothing was done")

    def take_lock(self, connection: Connection) -> bool:
        """See the base. The lock is the connection's, which no pool keeps; its name is that of the database."""
        taken = connection.scalar(_LOCK)
        connection.commit()
        return bool(taken)

    @contextmanager
    def unenforced(self, connection: Connection) -> Iterator[None]:
        """See the base."""
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        yield
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base. It lives until the connection ends, so it may replace one of an earlier transaction."""
        inner = columns_and_keys(connection.dialect, table, shape, unique)
        form = f"CREATE OR REPLACE TEMPORARY TABLE {{name}} {inner} {ENGINE} AS {{body}}"
        create_as(connection, table, shape, form)

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. Compared to the letter, whatever the column's own collation says."""
        return cast(column, Text()).collate(EXACT)

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base."""
        plain = self.as_text(column)
        blank = r"[\s" + "\u00a0]*"
        whole = func.regexp_replace(plain, rf"^{blank}([0-9]+)\.0{{1,2}}{blank}\z", r"\1", type_=String())
        digits = func.regexp_replace(whole, r"[\s.\-" + "\u00a0]", "", type_=String())
        known = digits.regexp_match(r"^[0-9]{1,9}\z") & ~digits.regexp_match(r"^0+\z")
        usual = plain.regexp_match(_NINE) & (plain != "000000000")  # costs one match, not four
        return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    def bears(self, column: ColumnElement[Any], asked: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base. By the index first, then to the letter: to some collations one blank is as good as another."""
        return super().bears(column, asked) & (self.as_text(column) == asked)

    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. This server's LTRIM takes blanks alone away."""
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        return func.regexp_replace(self._without(whole, (".", "-")), "^0+", "", type_=String())

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See the base. A TIMESTAMP as seconds: as text an hour of each autumn would be there twice."""
        if isinstance(column.type, _Binary | LargeBinary):
            return func.hex(column, type_=String())
        if isinstance(column.type, TIMESTAMP):
            return cast(func.unix_timestamp(column), Text())
        return cast(column, Text())

    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See the base. A cast to DATETIME would lose what is below the second: the server itself reads the text."""
        given: ColumnElement[Any] = bindparam(name, type_=Text)
        if isinstance(column.type, _Binary | LargeBinary):
            return func.unhex(given)
        if isinstance(column.type, TIMESTAMP):
            return func.from_unixtime(given)
        return cast(given, column.type) if isinstance(column.type, Integer | Numeric) else given

    def checks(self, look: Inspector, table: Table) -> list[str]:
        """See the base. Those that stand with their column are in the catalogue alone."""
        place = {"schema": table.schema, "name": table.name}
        return list(look.bind.execute(_CHECKS, place).scalars()) if isinstance(look.bind, Connection) else []

    def outside(self, connection: Connection) -> list[Outside]:
        """See the base."""
        return outside(connection)

    def places(self, connection: Connection) -> Places:
        """See the base. A database is a schema here, and the account is at home in the one that it names."""
        return Places(remote=remote(connection))

    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        """See the base."""
        return views_beyond(connection)

    def unseen(self, connection: Connection) -> list[str]:
        """See the base."""
        return [*unseen(connection), *without_keys(connection)]

    def pointing_in(self, connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
        """See the base."""
        return pointing_in(connection, schemas)

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """See the base."""
        return found_triggers(connection)

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """See the base."""
        return catalogue(connection)

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """See the base."""
        return keepers(connection, schemas)

    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """See the base."""
        return may_count(connection, schema, table)

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """See the base."""
        return lacking(connection, needed)

    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        """See the base."""
        return unfit(connection)


class Mysql(Mariadb):
    """The same under the name that a URL may give it; the engine itself is MariaDB's."""

    name = "mysql"
