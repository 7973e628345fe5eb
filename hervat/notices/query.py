"""Reading a local system by a configured query: nothing is changed there, and rows come in batches."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.errors import HervatError
from hervat.mariadb import is_mariadb, reading_engine
from hervat.postgres import patience
from hervat.settings import System

_BATCH = 5000


class QueryError(HervatError):
    """A system can't be read, or its query does not give what is asked; the text names the system."""


def read_rows(system: System, query: str, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of `query` on a system's database in batches, as these columns in this order.

    Raises QueryError naming the system, and the columns that the query lacks. Names match whatever their case.
    """
    engine = _reader(system)
    try:
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True, **_manners(engine)).execute(text(query))
            places = _places(system, list(result.keys()), columns)
            for rows in result.partitions(_BATCH):
                yield [tuple(row[place] for place in places) for row in rows]
    except SQLAlchemyError as error:
        raise QueryError(
            f"system {system.name}: the query failed ({type(error).__name__}); see that the database answers, that the"
            " query is right and that hervat's account may read what it names"
        ) from None
    finally:
        engine.dispose()


def _reader(system: System) -> Engine:
    try:
        url = make_url(system.database or "")
        if url.get_backend_name() == "sqlite" and (path := _file(url.database)):
            if not Path(path).is_file():
                raise QueryError(f"system {system.name}: there is no database file {path}")
            url = url.set(database=f"file:{quote(path)}", query={**url.query, "mode": "ro", "uri": "true"})
        if is_mariadb(url):
            return reading_engine(system.name, url)
        return create_engine(url, hide_parameters=True, connect_args=patience(url))
    except (SQLAlchemyError, ImportError) as error:
        raise QueryError(f"system {system.name}: its database URL can't be used ({type(error).__name__})") from None


def _file(database: str | None) -> str | None:
    """Return the path of a SQLite database in a file; SQLite would make a missing one, so it is opened read-only."""
    return None if not database or database.startswith((":memory:", "file:")) else database


def _manners(engine: Engine) -> dict[str, Any]:
    return {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}


def _places(system: System, found: list[str], columns: Sequence[str]) -> list[int]:
    names = [name.lower() for name in found]
    missing = [column for column in columns if column not in names]
    if missing:
        raise QueryError(
            f"system {system.name}: the query has no column {', '.join(missing)}; give each a name with `as`"
        )
    return [names.index(column) for column in columns]
