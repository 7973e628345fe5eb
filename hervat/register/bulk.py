"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite; both within the session's transaction."""

from io import BytesIO
from typing import Any

import polars as pl
import polars.selectors as cs
import psycopg
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.register.models import Base

_DRAWING = 4_872_302  # the number of the advisory lock


class BulkError(HervatError):
    """The register's database refused many rows at once; the text never says what stood in them."""


def next_ids(session: Session, model: type[Base], count: int) -> pl.Series:
    """Return `count` ids for new rows of a table, in a row; nobody else who draws here gets them."""
    table = _table(model)
    if session.get_bind().dialect.name == "sqlite":  # the transaction that writes is alone
        session.connection().exec_driver_sql(f"update {table.name} set id = id where false")
        last = session.scalar(select(func.max(table.c.id))) or 0
        return pl.int_range(last + 1, last + 1 + count, eager=True, dtype=pl.Int64)
    session.execute(select(func.pg_advisory_lock(_DRAWING)))  # the sequence itself knows no "so many at once"
    try:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        drawn = select(func.setval(sequence, func.nextval(sequence) + count - 1))
        last = int(session.scalar(drawn) or 0) if count else 0
    finally:
        session.execute(select(func.pg_advisory_unlock(_DRAWING)))
    return pl.int_range(last - count + 1, last + 1, eager=True, dtype=pl.Int64)


def insert_rows(session: Session, model: type[Base], rows: pl.DataFrame) -> None:
    """Put rows in; each column of the frame is one of the table, those it lacks stay null. Raises BulkError."""
    if rows.is_empty():
        return
    connection, name = session.connection(), _table(model).name
    columns = ", ".join(f'"{one}"' for one in rows.columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * rows.width)
        plain = rows.with_columns(cs.date().dt.to_string(), cs.boolean().cast(pl.Int8))
        connection.exec_driver_sql(f'insert into "{name}" ({columns}) values ({places})', plain.rows())
        return
    _copied(connection.connection.driver_connection, f'copy "{name}" ({columns}) from stdin (format csv)', rows)


def _copied(driver: Any, command: str, rows: pl.DataFrame) -> None:
    """An empty text is quoted and so no null, which is nothing at all between two commas."""
    written = BytesIO()
    binary = [name for name, kind in rows.schema.items() if kind == pl.Binary]
    texts = rows.with_columns(pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name in binary)
    texts.write_csv(written, include_header=False, quote_style="necessary")
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            copy.write(written.getbuffer())
    except psycopg.Error as error:
        raise BulkError(f"the register refused many rows at once ({type(error).__name__})") from None


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(model.__name__)
    return table
