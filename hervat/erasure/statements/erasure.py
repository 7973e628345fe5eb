"""The statements of a cleaning, over the key sets of a `Reach`: the same whatever the data, and so is their text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    and_,
    delete,
    exists,
    false,
    func,
    not_,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import Delete, Update

from hervat.databases import Database, database_of
from hervat.erasure.footprint.shape import Holding
from hervat.erasure.schema.joins import among, equal, sides
from hervat.erasure.schema.model import Key
from hervat.erasure.selection.reach import Reach, leaves, named_by_primary
from hervat.erasure.statements.cycles import Circle, circles, deletion_order
from hervat.erasure.statements.nulling import Nulling, nullings


@dataclass(frozen=True)
class Erasure:
    """Which rows are erased, which are counted, and how; nothing here writes by itself."""

    reach: Reach

    @property
    def nullings(self) -> list[Nulling]:
        """What may have to be set to null."""
        return nullings(self.reach.shape, self.reach.schema)

    @property
    def order(self) -> list[tuple[str, ...]]:
        """The groups of tables in the order of their deletion."""
        return deletion_order(self.reach.shape)

    @cached_property
    def leaves(self) -> dict[str, Holding]:
        """The tables whose rows are not collected, with the key that decides about them."""
        found = leaves(self.reach.shape, self.reach.schema)
        return {name: one for name, one in found.items() if name not in self.reach.sets}

    def erased(self, table: str) -> ColumnElement[bool]:
        """Say that a row of the table is erased."""
        source = self.reach.schema[table].sa
        if table in self.reach.sets:
            set_ = self.reach.sets[table]
            return among(set_.primary, set_.rows(lost=0))
        if table in self.leaves:
            return self.names_erased(self.leaves[table].key, source)
        ends = [key for key in self.reach.shape.keys_of(table) if key.target in self.reach.sets]
        return or_(false(), *(self.names_erased(key, source) for key in ends))

    def survives(self, table: str) -> ColumnElement[bool]:
        """Say that a row of the table is not erased; never unknown, and cheap where only some rows are wanted."""
        source = self.reach.schema[table].sa
        if table in self.reach.sets:
            return not_(self.reach.sets[table].holds(source, lost=0))
        if table in self.leaves:
            return self._names_survivor(self.leaves[table].key, source)
        ends = [key for key in self.reach.shape.keys_of(table) if key.target in self.reach.sets]
        return and_(true(), *(self._names_survivor(key, source) for key in ends))

    def pointing(self, one: Nulling) -> ColumnElement[bool]:
        """Say that a surviving row of the table names an erased one by one of these keys."""
        source = self.reach.schema[one.table].sa
        named = or_(*(self.names_erased(key, source) for key in one.keys))
        if one.table in self.leaves:
            return and_(named, self.survives(one.table))
        set_ = self.reach.sets.get(one.table)
        return named if set_ is None else and_(named, not_(set_.holds(source, lost=0)))

    def shared(self, connection: Connection) -> dict[str, int]:
        """Return the rows that are reached and kept, by table."""
        kept = {name: one.count(connection, one.sa.c.lost > 0) for name, one in self.reach.sets.items()}
        for name, one in self.leaves.items():
            if kept.get(one.holder):
                column, lost = self.reach.schema[name].sa, self.reach.sets[one.holder].lost()
                kept[name] = self.count(connection, name, among([column.c[key] for key in one.key.columns], lost))
        return kept

    def rows(self, connection: Connection, table: str) -> int:
        """Return how many rows of the table are erased."""
        if table in self.reach.sets:
            set_ = self.reach.sets[table]
            return set_.count(connection, set_.sa.c.lost == 0)
        return self.count(connection, table, self.erased(table))

    def pointing_rows(self, connection: Connection, one: Nulling) -> int:
        """Return how many surviving rows of the table name an erased one by one of these keys."""
        if not self._decided_by(one):
            return self.count(connection, one.table, self.pointing(one))
        # Whoever is named by such a key holds the row, so it was reached: it survives only where it was dropped.
        set_ = self.reach.sets[one.table]
        if not set_.count(connection, set_.sa.c.lost > 0):
            return 0
        return self.count(connection, one.table, and_(among(set_.primary, set_.lost()), self.pointing(one)))

    def _decided_by(self, one: Nulling) -> bool:
        first = [hold.key for hold in self.reach.shape.held_by(one.table) if not hold.owned and not hold.unless]
        return all(key in first for key in one.keys)

    def count(self, connection: Connection, table: str, condition: ColumnElement[bool]) -> int:
        """Return how many rows of the table fulfil a condition."""
        source = self.reach.schema[table].sa
        return connection.scalar(select(func.count()).select_from(source).where(condition)) or 0

    def null_statement(self, one: Nulling) -> Update:
        """Return the statement that sets a key of surviving rows to null."""
        return (
            update(self.reach.schema[one.table].sa).where(self.pointing(one)).values(dict.fromkeys(one.columns, null()))
        )

    def delete_statement(self, table: str) -> Delete:
        """Return the statement that erases the rows of one table."""
        return delete(self.reach.schema[table].sa).where(self.erased(table))

    def circles(self, database: Database) -> dict[tuple[str, ...], Circle]:
        """Return how the groups of tables are emptied in which keys must be set to null first."""
        return circles(self.order, self.reach.shape, self.reach.schema, database)

    def tables(self, database: Database) -> tuple[str, ...]:
        """Return the tables in the order of their deletion."""
        broken = self.circles(database)
        groups = (broken[group].tables if group in broken else group for group in self.order)
        return tuple(name for group in groups for name in group)

    def breaking_statement(self, table: str, columns: Sequence[str]) -> Update:
        """Return the statement that sets keys to null in the rows of a table that go, so that a circle is none."""
        return update(self.reach.schema[table].sa).where(self.erased(table)).values(dict.fromkeys(columns, null()))

    def texts(self, dialect: Dialect) -> list[str]:
        """Return all statements as text, without values, in the order in which they are executed."""
        found: list[Any] = [self.null_statement(one) for one in self.nullings if one.columns]
        broken = self.circles(database_of(dialect))
        for group in self.order:
            circle = broken.get(group)
            found += [self.breaking_statement(*one) for one in circle.nulled.items()] if circle else []
            deletes = [self.delete_statement(table) for table in (circle.tables if circle else group)]
            found += database_of(dialect).group_statements(deletes)
        return [" ".join(str(one.compile(dialect=dialect)).split()) for one in found]

    def _names_survivor(self, key: Key, source: FromClause) -> ColumnElement[bool]:
        """Say that a key names no row that is erased: another, or none."""
        set_, target = self.reach.sets[key.target].sa.alias(), self.reach.schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        here = [set_.c[one.name] for one in self.reach.sets[key.target].keys]
        if named_by_primary(key, self.reach.schema):
            return not_(exists().where(equal(here, left), set_.c.lost == 0).correlate(source))
        same = and_(equal(here, self.reach.sets[key.target].primary_of(target)), equal(left, right))
        return not_(exists().where(same, set_.c.lost == 0).correlate(source))

    def names_erased(self, key: Key, source: FromClause) -> ColumnElement[bool]:
        """Say that a row names an erased one by this key."""
        set_, target = self.reach.sets[key.target], self.reach.schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        if named_by_primary(key, self.reach.schema):
            return among(left, set_.rows(lost=0))
        erased = among(set_.primary_of(target), set_.rows(lost=0))
        return among(left, select(*right).where(erased).correlate(None))
