"""SQLite: one file, any value in any column, foreign keys checked by hervat itself, one writer at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    Table,
    bindparam,
    case,
    event,
    func,
    not_,
    null,
    text,
    type_coerce,
)
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import UserDefinedType

from hervat.databases.base import BLANKS, MANNERS, NOISE, Database, Gathered, Waits
from hervat.databases.catalogue import Relation, SchemaCatalogue, WriteFound
from hervat.databases.errors import LocalSystemError
from hervat.databases.folding import folded
from hervat.databases.joined import gathered
from hervat.databases.model import Keeper
from hervat.databases.sqlite.collations import keep_collations, tell_collations
from hervat.databases.sqlite.connection import engine_on
from hervat.databases.sqlite.keepers import keepers, moving
from hervat.databases.temporary import create_as
from hervat.databases.texts import Spelling

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


class Bare(UserDefinedType[Any]):
    """A value as the driver gives and takes it: SQLAlchemy would make dates of SQLite's texts."""

    cache_ok = True


class Sqlite(Database):
    """SQLite by Python's own driver. Its lock is a file beside the database (`hervat.erasure.execution.lock`)."""

    name = "sqlite"
    is_file = True
    typeless = True
    looks_per_row = False
    circles = "unchecked"

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Raises LocalSystemError naming the system when the file is not there."""
        path = sqlite_file(system, url.database)
        engine = engine_on(system, url.set(database=str(path)), waits.lock, **MANNERS)
        event.listen(engine, "connect", _know_folding)
        return engine

    def take_lock(self, connection: Connection) -> bool:
        """There is none inside: a file beside it is the lock (hervat.erasure.execution.lock). Raises TypeError."""
        raise TypeError("a SQLite file is locked by a file beside it")

    def begin_reading(self, connection: Connection) -> None:
        """See the base."""
        connection.exec_driver_sql("BEGIN")

    def begin_writing(self, connection: Connection) -> None:
        """Begin with the write lock, at once."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base."""
        create_as(connection, table, shape, "CREATE TEMPORARY TABLE {name} AS {body}")
        keep_collations(connection, table, shape)
        if unique:
            quoted = connection.dialect.identifier_preparer.quote
            columns = ", ".join(map(quoted, unique))
            connection.exec_driver_sql(
                f"CREATE UNIQUE INDEX temp.{quoted(table.name + '_k')} ON {quoted(table.name)} ({columns})"
            )

    def gathered(self, connection: Connection, wanted: Select[Any]) -> list[Gathered]:
        """See the base."""
        found = gathered(connection, wanted)
        return super().gathered(connection, wanted) if found is None else found

    @contextmanager
    def any_text(self, connection: Connection) -> Iterator[None]:
        """See the base: SQLite keeps the octets that it is given."""
        driver: Any = connection.connection.driver_connection
        before, driver.text_factory = driver.text_factory, lambda octets: octets.decode(errors="replace")
        try:
            yield
        finally:
            driver.text_factory = before

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base."""
        trimmed = self._without(self.as_text(column), BLANKS)
        dot = func.instr(trimmed, ".")
        before, after = func.substr(trimmed, 1, dot - 1), func.substr(trimmed, dot + 1)
        number = not_(_like(before, "*[^0-9]*"))
        only_zeros = (dot > 1) & number & after.in_(["0", "00"])
        digits = self._without(case((only_zeros, before), else_=trimmed), NOISE)
        length = func.length(digits)
        known = (length >= 1) & (length <= 9) & not_(_like(digits, "*[^0-9]*")) & (func.ltrim(digits, "0") != "")
        padded = func.substr("000000000" + type_coerce(digits, String()), -9, type_=String())
        return case((known, padded), else_=null())

    def folds_to(self, column: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
        """See the base. By a function of our own: this database reads no statement that is nested so deep."""
        return func.hervat_folded(column, type_=String()).in_(wanted)

    def is_number(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """See the base."""
        return func.typeof(column).in_(["integer", "real"])

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return _like(column, _DAY)

    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the bare value: SQLite has but five kinds of it."""
        return type_coerce(column, Bare())

    def bare(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See the base."""
        return type_coerce(column, Bare())

    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See the base."""
        return bindparam(name, type_=Bare())

    def tell_collations(self, look: Inspector, columns: Any) -> None:
        """See the base."""
        if isinstance(look.bind, Connection):
            tell_collations(look.bind, columns)

    def schema_fingerprint(self, connection: Connection) -> str:
        """See the base."""
        texts = connection.scalars(text("select coalesce(sql, name) from sqlite_master order by type, name"))
        return sha256("\0".join(texts).encode()).hexdigest()

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """See the base."""
        wanted = text("select name, tbl_name, sql from sqlite_master where type = 'trigger'")
        return [WriteFound(name, table, definition) for name, table, definition in connection.execute(wanted)]

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """See the base."""
        relations = tuple(Relation(("main", one)) for one in tables)
        return SchemaCatalogue("main", ("main",), relations, spelling=Spelling(brackets=True))

    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """See the base. A trigger of this file writes to no other."""
        return False

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """See the base."""
        return keepers(connection)

    def moving(self, connection: Connection) -> list[str]:
        """See the base."""
        return moving(connection)

    def dangling(self, connection: Connection, table: str) -> list[tuple[str, str]]:
        """See the base."""
        wanted = text('select "table", "parent" from pragma_foreign_key_check(:name)')
        try:
            return [(source, target) for source, target in connection.execute(wanted, {"name": table})]
        except OperationalError as error:
            # A key to columns that are not unique: SQLite itself can't check it, hervat's own look at it stands alone.
            if str(error.orig).startswith("foreign key mismatch"):
                return []
            raise


def sqlite_file(system: str, name: str | None) -> Path:
    """Return the file of a SQLite database. Raises LocalSystemError naming the system when it is not there."""
    path = Path(name or "")
    if not name or not path.is_file():
        raise LocalSystemError(f"system {system}: there is no database file {path.name or '(none named)'}")
    return path.absolute()


def _know_folding(connection: Any, _record: Any) -> None:
    connection.create_function("hervat_folded", 1, folded, deterministic=True)


def _like(column: Any, pattern: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.op("GLOB", is_comparison=True)(pattern)
    return found
