"""Bulk loading in the session's transaction: COPY on PostgreSQL, one prepared statement on SQLite."""

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
from hervat.register.models import Base, Forgotten, Person

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
    """Drop the keys and indexes of an empty table; return the statements that make them again.

    Nothing is done, and nothing returned, if the table has rows or foreign keys to it, another transaction uses it, or
    it is owned by another role. The table stays locked until the end of the transaction.
    """

    def filled(statement: str) -> str:
        return statement.format(table=connection.dialect.identifier_preparer.format_table(table))

    if any(connection.scalar(text(filled(question))) for question in (_HOLDS_ROWS, _IS_LED_TO)):
        return []
    try:
        with connection.begin_nested():
            connection.execute(text(filled(_ALONE)))
            keys = connection.execute(text(filled(_KEYS))).all()
            for taking, _ in keys:
                connection.exec_driver_sql(taking)
    except DBAPIError:
        return []
    return [making for _, making in keys]


_GUARDED = "select relname from pg_class where relrowsecurity and row_security_active(oid) and pg_table_is_visible(oid)"
_DRAWING = 4_872_302  # the number of the advisory lock
# a sequence can't draw several numbers at once, so who draws is alone
_DRAW = f"""
    with alone as materialized (select pg_advisory_xact_lock({_DRAWING}) is not null as locked),
    of_ids as (select pg_get_serial_sequence(:table, 'id')::regclass as sequence)
    select setval(sequence, nextval(sequence) + :count - 1) from alone, of_ids where locked
"""
_MANY = 20_000  # rows


class BulkError(HervatError):
    """The register's database refused a bulk load; the text holds no values."""


class Bulk:
    """Bulk loading into a session, in the background; use it as a context manager.

    On PostgreSQL COPY runs in a thread of its own, one at a time and in order; asking for the `session` waits until all
    rows are in. On SQLite rows are in when `insert` returns. Errors of the database are raised at the next wait. An
    empty table is filled without its keys; they are made again before the `session` is returned.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._worker = session, ThreadPoolExecutor(1, "copy")
        self._coming: Future[None] | None = None
        self._plain = session.get_bind().dialect.name == "sqlite"
        self._unmade: list[str] = []  # statements that make the keys of tables that are being loaded
        self._guarded: frozenset[str] | None = None  # tables with row-level security, when it was asked

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._worker.shutdown()
        if kind is None:
            self._make_keys()

    @property
    def session(self) -> Session:
        """The session, when all rows and keys are in. Raises BulkError, and SQLAlchemyError for a duplicate key."""
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
        """Add one row to the session, without waiting; it is written at the next flush."""
        self._session.add(row)

    def next_ids(self, model: type[Base], count: int) -> pl.Series:
        """Return `count` consecutive ids for new rows of a table; no other process gets them."""
        table = _table(model)
        if self._plain:  # the transaction that writes is alone
            self.session.connection().exec_driver_sql(f"update {table.name} set id = id where false")
            last = self.session.scalar(select(func.max(table.c.id))) or 0
            if table.name == Person.__tablename__:  # the journal, and worklists that are out, name who had a number
                last = max(last, self.session.scalar(select(func.max(Forgotten.last_number))) or 0)
            return pl.int_range(last + 1, last + 1 + count, eager=True, dtype=pl.Int64)
        last = _drawn(self._session.get_bind(), table, count) if count else 0
        return pl.int_range(last - count + 1, last + 1, eager=True, dtype=pl.Int64)

    def read(self, query: Select[Any], kinds: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
        """Return the rows of a query; kinds: column -> type. Raises BulkError."""
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
        """Insert rows; the frame has columns of the table, the others stay null. Raises BulkError."""
        if rows.is_empty():
            return
        table, columns = _table(model), ", ".join(f'"{column}"' for column in rows.columns)
        name = f'"{table.name}"'
        if self._plain:
            places = ", ".join("?" * rows.width)
            values = rows.with_columns(cs.date().dt.to_string(), cs.boolean().cast(pl.Int8))
            inserting = f"insert into {name} ({columns}) values ({places})"
            self.session.connection().exec_driver_sql(inserting, values.rows())
            return
        form, octets = _written(table, rows)  # while the rows before go in
        self.wait()
        connection = self._session.connection()
        statements = [f"copy {name} ({columns}) from stdin (format {form})"]
        if table.name in self._guarded_tables(connection):
            statements = _by_way_of(name, columns, form)
        elif rows.height >= _MANY:
            self._unmade += take_off(connection, table)
        driver = connection.connection.driver_connection
        self._coming = self._worker.submit(_copied, driver, statements, octets)

    def _guarded_tables(self, connection: Connection) -> frozenset[str]:
        if self._guarded is None:
            self._guarded = frozenset(connection.scalars(text(_GUARDED)))
        return self._guarded


def _by_way_of(name: str, columns: str, form: str) -> list[str]:
    """Return statements that COPY into a temporary table first: a table with row-level security takes no COPY."""
    return [
        f"create temporary table hervat_coming on commit drop as select {columns} from {name} with no data",
        f"copy hervat_coming from stdin (format {form})",
        f"insert into {name} ({columns}) select * from hervat_coming",
        "drop table hervat_coming",
    ]


def _drawn(bind: Engine | Connection, table: Table, count: int) -> int:
    """Return the last of `count` new ids, drawn on a connection of its own: the session may be in a COPY."""
    with bind.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return int(connection.scalar(text(_DRAW), {"table": table.name, "count": count}) or 0)


def _written(table: Table, rows: pl.DataFrame) -> tuple[str, bytes]:
    """Return the format for COPY, and the rows in it; few are made faster as text. Raises BulkError if they don't fit.

    A number that is too large for its column is refused here or by the database.
    """
    try:
        if rows.height < _MANY:
            return "csv", _csv(rows)
        from hervat.register.binary import binary  # numpy, which a night without many rows does without

        parts = binary(table, rows)
        return ("csv", _csv(rows)) if parts is None else ("binary", b"".join(parts))
    except pl.exceptions.PolarsError as error:
        raise BulkError(f"{table.name} refused many rows at once ({type(error).__name__})") from None


def _csv(rows: pl.DataFrame) -> bytes:
    """Return rows as CSV. An empty text is quoted; null is nothing between two commas."""
    written = BytesIO()
    octets = [name for name, kind in rows.schema.items() if kind == pl.Binary]
    texts = rows.with_columns(pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name in octets)
    texts.write_csv(written, include_header=False, quote_style="necessary")
    return written.getvalue()


def _copied(driver: Any, statements: list[str], octets: bytes) -> None:
    """Execute the statements; the one that is a COPY takes the rows."""
    try:
        with driver.cursor() as cursor:
            for statement in statements:
                if not statement.startswith("copy"):
                    cursor.execute(statement)
                    continue
                with cursor.copy(statement) as copy:
                    copy.write(octets)
    except psycopg.Error as error:
        raise BulkError(f"the register refused many rows at once ({type(error).__name__})") from None


def _copied_out(driver: Any, query: Compiled) -> BytesIO:
    """Return the rows of a query as CSV; null is nothing between two commas, an empty text is quoted."""
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
