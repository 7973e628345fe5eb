"""Temporary tables for keys: they live in one transaction on one connection, and hold no row's content."""

from collections.abc import Sequence
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
    cast,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.dml import Insert

from hervat.cleaning.databases import database_of
from hervat.cleaning.joining import equal
from hervat.cleaning.schema import TableInfo

_WORTH_ANALYZING = 500


class KeySet:
    """Primary keys of rows of one table: `round` says when a row was reached, `lost` when dropped (0: not)."""

    def __init__(self, table: TableInfo, name: str) -> None:
        self.table = table
        columns = [Column(f"k{at}", table.column(one).type) for at, one in enumerate(table.primary)]
        self.sa = Table(name, MetaData(), *columns, Column("round", Integer), Column("lost", Integer))
        self.keys: list[ColumnElement[Any]] = [self.sa.c[one.name] for one in columns]

    @property
    def primary(self) -> list[ColumnElement[Any]]:
        """The primary key columns of the table itself."""
        return self.primary_of(self.table.sa)

    def primary_of(self, source: FromClause) -> list[ColumnElement[Any]]:
        """Return the primary key columns of the table or of an alias of it."""
        return [source.c[name] for name in self.table.primary]

    def create(self, connection: Connection) -> None:
        """Make the temporary table, empty, with the types of the keys themselves."""
        shape = select(*self.primary, _integer("round"), _integer("lost")).where(
            func.coalesce(literal(1, Integer), 1) == 0
        )
        create_as(connection, self.sa, shape, [one.name for one in self.keys])

    def holds(self, source: FromClause, lost: int | None = None) -> ColumnElement[bool]:
        """Say that a row of `source` (the table or an alias) is in the set; with `lost`: dropped in that round."""
        here = self.sa.alias()
        conditions = [] if lost is None else [here.c.lost == lost]
        same = equal([here.c[one.name] for one in self.keys], self.primary_of(source))
        return exists().where(same, *conditions).correlate(source)

    def rows(self, round_: int | None = None, lost: int | None = None) -> Select[Any]:
        """Return the keys in the set: those reached in that round, or dropped in that one (0: not dropped)."""
        here = self.sa.alias()
        conditions = [] if round_ is None else [here.c.round == round_]
        conditions += [] if lost is None else [here.c.lost == lost]
        return select(*(here.c[one.name] for one in self.keys)).where(*conditions).correlate(None)

    def add(
        self, found: Sequence[ColumnElement[Any]], conditions: Sequence[ColumnElement[bool]], round_: int
    ) -> Insert:
        """Return the statement that adds the rows with these keys that the set does not hold yet."""
        names = [*(one.name for one in self.keys), "round", "lost"]
        wanted = select(*found, _value(round_), _value(0)).where(*conditions).distinct()
        return insert(self.sa).from_select(names, wanted)

    def count(self, connection: Connection, *conditions: ColumnElement[bool]) -> int:
        """Return how many keys the set holds under these conditions."""
        return connection.scalar(select(func.count()).select_from(self.sa).where(*conditions)) or 0

    def settle(self, connection: Connection, changed: int) -> None:
        """Tell the planner how large the set has become."""
        analyze(connection, self.sa, changed)


def create_as(
    connection: Connection, table: Table, shape: Select[*tuple[Any, ...]], unique: Sequence[str] = ()
) -> None:
    """Create a temporary table with the columns (and their types) of `shape`, under the names of `table`."""
    database_of(connection).create_as(connection, table, shape, unique)


def analyze(connection: Connection, table: Table, changed: int) -> None:
    """Refresh the planner's statistics of a temporary table that grew."""
    if changed >= _WORTH_ANALYZING:
        database_of(connection).analyze(connection, table)


def _integer(name: str) -> ColumnElement[int]:
    return _value(0).label(name)


def _value(number: int) -> ColumnElement[int]:
    return cast(literal(number, Integer), Integer)
