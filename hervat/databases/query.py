"""Read a local system by a configured query, in batches, without changing anything."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases.connecting import engine_on
from hervat.databases.mariadb.connection import first_row_only
from hervat.databases.mariadb.zones import refuse_moments, refuse_shown_moments
from hervat.databases.postgresql.row_security import refuse_blinding
from hervat.driver_errors import unrunnable
from hervat.errors import HervatError
from hervat.settings import System

_BATCH = 5000


class QueryError(HervatError):
    """A system can't be read, or its query lacks a column; the text names the system."""


def read_rows(system: System, query: str, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of `query` on a system's database in batches, as these columns in this order.

    Raises QueryError naming the system, and the columns that the query lacks. Names match whatever their case.
    """
    with _answer(system, query) as result:
        places = _places(system, list(result.keys()), columns)
        for rows in result.partitions(_BATCH):
            yield [tuple(row[place] for place in places) for row in rows]


def try_query(system: System, query: str, columns: Sequence[str]) -> None:
    """Run a query for real, up to its first row. Raises QueryError as `read_rows` does."""
    with _answer(system, query, first_row_only) as result:
        _places(system, list(result.keys()), columns)
        result.fetchone()


@contextmanager
def _answer(
    system: System, query: str, limit: Callable[[Connection], AbstractContextManager[None]] = lambda _: nullcontext()
) -> Iterator[CursorResult[Any]]:
    engine = _reader(system)
    try:
        with engine.connect() as connection:
            refuse_blinding(connection, system.name, query)
            without_zone = refuse_moments(connection, system.name, query)
            reading = connection.execution_options(stream_results=True)
            with limit(reading), reading.execute(text(query)) as result:
                refuse_shown_moments(without_zone, system.name, _described(result))
                yield result
    except SQLAlchemyError as error:
        raise QueryError(
            f"system {system.name}: the query failed ({type(error).__name__}); {unrunnable(error)}"
        ) from None
    finally:
        engine.dispose()


def _described(result: CursorResult[Any]) -> Sequence[Any]:
    return result.cursor.description if result.cursor else ()


def _reader(system: System) -> Engine:
    try:
        url = make_url(system.database or "")
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise QueryError(f"system {system.name}: there is no database file {url.database}")
        return engine_on(system.name, url, reading=True)
    except (SQLAlchemyError, ImportError) as error:
        raise QueryError(f"system {system.name}: its database URL can't be used ({type(error).__name__})") from None


def _places(system: System, answered: list[str], columns: Sequence[str]) -> list[int]:
    names = [name.lower() for name in answered]
    missing = [column for column in columns if column not in names]
    if missing:
        raise QueryError(
            f"system {system.name}: the query has no column {', '.join(missing)}; give each a name with `as`"
        )
    return [names.index(column) for column in columns]
