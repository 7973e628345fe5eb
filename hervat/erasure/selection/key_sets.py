"""Temporary tables with primary keys, never a row's content; they live as long as one connection."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.types import TypeEngine

from hervat.databases import database_of
from hervat.erasure.schema.joins import equal
from hervat.erasure.schema.model import TableInfo

_ANALYZE_FROM = 500  # changed rows


# One object each: what is described by them is compiled once.
_INTEGER = Integer()
_NEVER = func.coalesce(literal(1, _INTEGER), 1) == 0
_ZERO = cast(literal(0, _INTEGER), _INTEGER)


@lru_cache(maxsize=1000)
def _described(name: str, columns: tuple[tuple[str, TypeEngine[Any]], ...]) -> Table:
    """Return the description of a table, the same object each time, so that its statements are compiled once."""
    return Table(name, MetaData(), *(Column(column, kind) for column, kind in columns))


class Scratch:
    """A temporary table with the column types of the given columns."""

    def __init__(
        self, connection: Connection, name: str, columns: Mapping[str, ColumnElement[Any]], unique: Sequence[str] = ()
    ) -> None:
        self._connection, self._changed = connection, 0
        self._database = database_of(connection)
        types = tuple((column_name, column.type) for column_name, column in columns.items())
        self.table = _described(self._database.temporary(name), types)
        self._database.create_as(connection, self.table, select(*columns.values()).where(_NEVER), unique)

    @property
    def c(self) -> Any:
        """Its columns."""
        return self.table.c

    def load(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert these rows."""
        self._database.load(self._connection, self.table, rows)
        self._changed += len(rows)
        self.settle()

    def fill(self, query: Select[Any]) -> int:
        """Insert the rows of a query. Return their number."""
        names = [column.name for column in self.table.c]
        added = self._connection.execute(insert(self.table).from_select(names, query)).rowcount
        self._changed += added
        return added

    def settle(self) -> None:
        """Update the planner's statistics if the table changed enough."""
        if self._changed >= _ANALYZE_FROM:
            self.analyze()

    def analyze(self) -> None:
        """Update the statistics, however small the table: a planner overestimates an unknown table."""
        self._database.analyze(self._connection, self.table)
        self._changed = 0


class KeySet:
    """Primary keys of rows of one table; `round`: when a row was reached, `lost`: when it was dropped (0: not)."""

    def __init__(self, table: TableInfo, name: str) -> None:
        self.table, self._name = table, name
        self._scratch: Scratch | None = None
        names = [f"k{at}" for at in range(len(table.primary))]
        columns = [Column(key, table.column(of).type) for key, of in zip(names, table.primary, strict=True)]
        self.sa = Table(name, MetaData(), *columns, Column("round", Integer), Column("lost", Integer))
        self.keys: list[ColumnElement[Any]] = [self.sa.c[key] for key in names]

    @property
    def primary(self) -> list[ColumnElement[Any]]:
        """The primary key columns of the table itself."""
        return self.primary_of(self.table.sa)

    def primary_of(self, source: FromClause) -> list[ColumnElement[Any]]:
        """Return the primary key columns of the table or an alias of it."""
        return [source.c[name] for name in self.table.primary]

    def create(self, connection: Connection) -> None:
        """Create the temporary table, empty, with the types of the keys themselves."""
        names = [key.name for key in self.keys]
        columns = dict(zip(names, self.primary, strict=True)) | {"round": _ZERO, "lost": _ZERO}
        self._scratch = Scratch(connection, self._name, columns, unique=names)
        self.sa = self._scratch.table
        self.keys = [self.sa.c[key] for key in names]

    def holds(self, source: FromClause, lost: int | None = None) -> ColumnElement[bool]:
        """SQL condition: the row of `source` is in the set, and if `lost` is given was dropped in that round.

        source: the table or an alias of it.
        """
        here = self.sa.alias()
        conditions = [] if lost is None else [here.c.lost == lost]
        same = equal([here.c[key.name] for key in self.keys], self.primary_of(source))
        return exists().where(same, *conditions).correlate(source)

    def rows(self, round_: int | None = None, lost: int | None = None) -> Select[Any]:
        """Return the keys in the set: those reached in that round, or dropped in that round (0: not dropped)."""
        here = self.sa.alias()
        conditions = [] if round_ is None else [here.c.round == round_]
        conditions += [] if lost is None else [here.c.lost == lost]
        return select(*(here.c[key.name] for key in self.keys)).where(*conditions).correlate(None)

    def lost(self) -> Select[Any]:
        """Return the keys that were reached and dropped, in any round."""
        here = self.sa.alias()
        return select(*(here.c[key.name] for key in self.keys)).where(here.c.lost > 0).correlate(None)

    def add(self, query: Select[Any], round_: int) -> int:
        """Add the keys of a query (no repeats, none that the set has already). Return their number."""
        if self._scratch is None:
            raise ValueError("the set has no table yet")
        added = self._scratch.fill(query.add_columns(integer(round_), integer(0)))
        self._scratch.settle()
        return added

    def settle(self) -> None:
        """Update the planner's statistics, however small the set."""
        if self._scratch is not None:
            self._scratch.analyze()

    @property
    def split(self) -> Select[int, int]:
        """The query for the numbers of keys that were not dropped and that were."""
        return select(func.count(case((self.sa.c.lost == 0, 1))), func.count(case((self.sa.c.lost > 0, 1))))

    def count(self, connection: Connection, *conditions: ColumnElement[bool]) -> int:
        """Return the number of keys in the set under these conditions."""
        return connection.scalar(select(func.count()).select_from(self.sa).where(*conditions)) or 0


def integer(value: int) -> ColumnElement[int]:
    """Return a number as a column of a query."""
    return cast(literal(value, _INTEGER), _INTEGER)
