"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite, within the session's transaction."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from typing import Any, Self

import polars as pl
import polars.selectors as cs
import psycopg
from sqlalchemy import Compiled, Connection, Engine, Select, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.register.binary import binary
from hervat.register.models import Base

_HOLDS_ROWS = "select exists (select from {table})"
_IS_LED_TO = "select exists (select from pg_constraint where confrelid = '{table}'::regclass and contype = 'f')"
_ALONE = "lock table {table} in access exclusive mode nowait"
_KEYS = """
    select format('alter table %s drop constraint %I', conrelid::regclass, conname),
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'u')
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index where indrelid = '{table}'::regclass
    and not exists (select from pg_constraint where conindid = indexrelid)
"""


def take_off(connection: Connection, table: Table) -> list[str]:
    """Take the keys and indexes off a table without rows. Return the statements that make them again.

    Nothing is done, and nothing returned, where rows are or foreign keys lead to the table, another transaction uses
    it, or it belongs to another role. Until the end of the transaction all others wait for it.
    """

    def told(statement: str) -> str:
        return statement.format(table=connection.dialect.identifier_preparer.format_table(table))

    if any(connection.scalar(text(told(question))) for question in (_HOLDS_ROWS, _IS_LED_TO)):
        return []
    try:
        with connection.begin_nested():
            connection.execute(text(told(_ALONE)))
            keys = connection.execute(text(told(_KEYS))).all()
            for taking, _ in keys:
                connection.exec_driver_sql(taking)
    except DBAPIError:
        return []
    return [making for _, making in keys]


_DRAWING = 4_872_302  # the number of the advisory lock
_MANY = 20_000  # rows


class BulkError(HervatError):
    """The register's database refused many rows at once; the text never says what stood in them."""


class Bulk:
    """A session into which many rows at once are put while the caller works on; use it as a context.

    On PostgreSQL COPY goes on in a thread of its own, one at a time and in order; whoever asks for the `session` waits
    until all is in. On SQLite rows are in when `insert` returns. What the database refused is raised at the next wait.
    Many rows go into a table that held none before it has its keys; whoever asks for the `session` finds them made.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._worker = session, ThreadPoolExecutor(1, "copy")
        self._coming: Future[None] | None = None
        self._plain = session.get_bind().dialect.name == "sqlite"
        self._unmade: list[str] = []  # statements that make the keys of tables that are being filled

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._worker.shutdown()
        if kind is None:
            self._make_keys()

    @property
    def session(self) -> Session:
        """The session, when all rows are in and keyed. Raises BulkError, and SQLAlchemyError for a double key."""
        self._make_keys()
        return self._session

    def _make_keys(self) -> None:
        self.wait()
        unmade, self._unmade = self._unmade, []
        for statement in unmade:
            self._session.connection().exec_driver_sql(statement)

    def wait(self) -> None:
        """Wait until all rows are in. Raises BulkError."""
        coming, self._coming = self._coming, None
        if coming:
            coming.result()

    def add(self, row: Base) -> None:
        """Add one row to the session, without waiting; it is written when the session is next asked for something."""
        self._session.add(row)

    def next_ids(self, model: type[Base], count: int) -> pl.Series:
        """Return `count` ids for new rows of a table, in a row; nobody else who draws here gets them."""
        table = _table(model)
        if self._plain:  # the transaction that writes is alone
            self.session.connection().exec_driver_sql(f"update {table.name} set id = id where false")
            last = self.session.scalar(select(func.max(table.c.id))) or 0
            return pl.int_range(last + 1, last + 1 + count, eager=True, dtype=pl.Int64)
        last = _drawn(self._session.get_bind(), table, count) if count else 0
        return pl.int_range(last - count + 1, last + 1, eager=True, dtype=pl.Int64)

    def read(self, query: Select[Any], kinds: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
        """Return the rows of a query, each column (numbers, days and texts) of its kind. Raises BulkError."""
        self.session.flush()
        connection, schema = self._session.connection(), dict(kinds)
        try:
            if not self._plain:
                written = _copied_out(connection.connection.driver_connection, query.compile(connection))
                return pl.read_csv(written, has_header=False, schema=schema)
            parts = connection.execute(query).partitions(_MANY)
            frames = [pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row") for rows in parts]
            return pl.concat([pl.DataFrame(schema=schema), *frames])
        except (pl.exceptions.PolarsError, TypeError) as error:
            raise BulkError(f"the register gave what is of another kind ({type(error).__name__})") from None

    def insert(self, model: type[Base], rows: pl.DataFrame) -> None:
        """Put rows in; each column of the frame is one of the table, those it lacks stay null. Raises BulkError."""
        if rows.is_empty():
            return
        name, columns = _table(model).name, ", ".join(f'"{column}"' for column in rows.columns)
        if self._plain:
            places = ", ".join("?" * rows.width)
            values = rows.with_columns(cs.date().dt.to_string(), cs.boolean().cast(pl.Int8))
            inserting = f'insert into "{name}" ({columns}) values ({places})'
            self.session.connection().exec_driver_sql(inserting, values.rows())
            return
        form, octets = _written(_table(model), rows)  # while the rows before go in
        self.wait()
        connection = self._session.connection()
        if rows.height >= _MANY:
            self._unmade += take_off(connection, _table(model))
        driver = connection.connection.driver_connection
        command = f'copy "{name}" ({columns}) from stdin (format {form})'
        self._coming = self._worker.submit(_copied, driver, command, octets)


def _drawn(bind: Engine | Connection, table: Table, count: int) -> int:
    """Return the last of so many new ids, drawn beside the session, which may be in the middle of a COPY."""
    with bind.engine.begin() as connection:
        # the sequence itself knows no "so many at once"
        connection.execute(select(func.pg_advisory_xact_lock(_DRAWING)))
        sequence = func.pg_get_serial_sequence(table.name, "id")
        return int(connection.scalar(select(func.setval(sequence, func.nextval(sequence) + count - 1))) or 0)


def _written(table: Table, rows: pl.DataFrame) -> tuple[str, bytes]:
    """Return the form of COPY that serves, and the rows in it. Raises BulkError where a number does not fit."""
    try:
        parts = binary(table, rows)
        return ("csv", _csv(rows)) if parts is None else ("binary", b"".join(parts))
    except pl.exceptions.PolarsError as error:
        raise BulkError(f"{table.name} refused many rows at once ({type(error).__name__})") from None


def _csv(rows: pl.DataFrame) -> bytes:
    """Return rows as text. An empty text is quoted and so no null, which is nothing at all between two commas."""
    written = BytesIO()
    octets = [name for name, kind in rows.schema.items() if kind == pl.Binary]
    texts = rows.with_columns(pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name in octets)
    texts.write_csv(written, include_header=False, quote_style="necessary")
    return written.getvalue()


def _copied(driver: Any, command: str, octets: bytes) -> None:
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            copy.write(octets)
    except psycopg.Error as error:
        raise BulkError(f"the register refused many rows at once ({type(error).__name__})") from None


def _copied_out(driver: Any, query: Compiled) -> BytesIO:
    """Return the rows of a query as text, in which nothing at all is a null and a quoted nothing an empty text."""
    written, command = BytesIO(), f"copy ({query}) to stdout (format csv, encoding 'utf8')"
    try:
        # COPY takes no parameters, so they are quoted into it
        with psycopg.ClientCursor(driver) as cursor, cursor.copy(command, query.params) as copy:
            for part in copy:
                written.write(part)
    except psycopg.Error as error:
        raise BulkError(f"the register refused to give many rows at once ({type(error).__name__})") from None
    written.seek(0)
    return written


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(model.__name__)
    return table
