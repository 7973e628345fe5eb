"""The records query on the feeding system: read-only, streamed, in one transaction, so that it is repeatable."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases import engine_on, first_row_only, refuse_blinding, refuse_moments, refuse_shown_moments
from hervat.driver_errors import unrunnable
from hervat.errors import HervatError
from hervat.settings import Cbs, Municipality, System

_BATCH = 2000


class SourceError(HervatError):
    """The records can't be read; the text names the system, never a value."""


class RecordsSource:
    """The records of one quarter. Columns are lower case; the database sorts the rows by all columns.

    The same data gives the same records in the same order.
    """

    def __init__(self, connection: Connection, system: str, query: str, day: date) -> None:
        self._connection, self._system, self._day = connection, system, day
        self._query = query.strip().rstrip(";").rstrip()
        self.columns = self._columns()

    @property
    def dated(self) -> bool:
        """Whether the query asks for the quarter's last day; if not, it gives the rows at the moment of reading."""
        return self._dated

    def on(self, day: date) -> "RecordsSource":
        """Return the same query for another day, over the same connection."""
        other = copy(self)
        other._day = day
        return other

    def parts(self) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the rows in batches, in the order of the columns."""
        order = ", ".join(str(place) for place in range(1, len(self.columns) + 1))
        with _translate_errors(self._system):
            yield from self._execute(f"order by {order}").partitions(_BATCH)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows, in the order of the columns."""
        return (tuple(row) for part in self.parts() for row in part)

    def first(self) -> None:
        """Run the query for real, up to its first row; one that can't give it raises SourceError."""
        with _translate_errors(self._system), first_row_only(self._connection), self._execute("") as result:
            result.fetchone()

    def bsns(self) -> Iterator[Any]:
        """Yield the column bsn, row by row, in no order."""
        with _translate_errors(self._system):
            yield from self._execute("", self._bsn).scalars()

    def doubles(self) -> list[str]:
        """Return the BSNs, as written, of more than one record."""
        with _translate_errors(self._system):
            rows = self._execute(f"group by {self._bsn} having count(*) > 1", self._bsn)
            return [str(bsn) for bsn in rows.scalars() if bsn is not None]

    def _columns(self) -> list[str]:
        with _translate_errors(self._system):
            refuse_blinding(self._connection, self._system, self._query)
            without_zone = refuse_moments(self._connection, self._system, self._query)
            with self._execute("where 1 = 0") as nothing:
                refuse_shown_moments(without_zone, self._system, nothing.cursor.description)
                spelled = list(nothing.keys())
        names = [name.lower() for name in spelled]
        if "bsn" not in names:
            raise SourceError(f"cbs.records: the query on {self._system} has no column bsn; name it with `as bsn`")
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise SourceError(f"cbs.records: the query on {self._system} has two columns {doubles[0]}; drop one")
        quote = self._connection.dialect.identifier_preparer.quote
        self._bsn = quote(spelled[names.index("bsn")])
        return names

    def _execute(self, end: str, columns: str = "*") -> Any:
        statement = text(f"select {columns} from (\n{self._query}\n) as hervat_records {end}")
        asked = set(statement.compile().params)
        self._dated = bool(asked)
        if asked - {"peildatum"}:
            raise SourceError(
                f"cbs.records: the query asks for :{min(asked - {'peildatum'})}; only :peildatum is given"
            )
        return self._connection.execute(self._bound(statement, asked), execution_options={"stream_results": True})

    def _bound(self, statement: TextClause, asked: set[str]) -> TextClause:
        """Bind the quarter's last day: as a date; SQLite has none and compares ISO text."""
        lite = self._connection.dialect.name == "sqlite"
        return statement.bindparams(peildatum=str(self._day) if lite else self._day) if asked else statement


@contextmanager
def open_records(municipality: Municipality, cbs: Cbs, day: date) -> Iterator[RecordsSource]:
    """Give the records of the quarter that ends on `day`. Raises SourceError."""
    system = municipality.system(cbs.records.system)
    engine = _engine(system)
    try:
        with _translate_errors(system.name):
            connection = engine.connect()
        with connection:
            yield RecordsSource(connection, system.name, cbs.records.query, day)
    finally:
        engine.dispose()


@contextmanager
def _translate_errors(system: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise SourceError(
            f"cbs.records: the query on {system} failed ({type(error).__name__}); {unrunnable(error)}"
        ) from None


def _engine(system: System) -> Engine:
    try:
        url = make_url(system.database or "")
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise SourceError(f"system {system.name}: there is no database file {url.database}")
        return engine_on(system.name, url, reading=True)
    except (SQLAlchemyError, ImportError) as error:
        raise SourceError(f"system {system.name}: its database URL can't be used ({type(error).__name__})") from None
