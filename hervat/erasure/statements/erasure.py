"""The statements of an erasure, over the key sets of a `Reach`: neither they nor their text depend on the data."""

from collections.abc import Iterable, Sequence
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
from hervat.erasure.selection.reach import Reach, leaves, targets_primary_key
from hervat.erasure.statements.cycles import Cycle, breakable_cycles, deletion_order
from hervat.erasure.statements.updates import Nulling, nullings


@dataclass(frozen=True)
class Erasure:
    """The rows to erase, their counts, and the statements; nothing here writes by itself."""

    reach: Reach

    @property
    def nullings(self) -> list[Nulling]:
        """The keys that may have to be set to NULL."""
        return nullings(self.reach.shape, self.reach.schema)

    @property
    def order(self) -> list[tuple[str, ...]]:
        """The groups of tables in deletion order."""
        return deletion_order(self.reach.shape)

    @cached_property
    def leaves(self) -> dict[str, Holding]:
        """The tables whose rows are not collected, with the holding that decides about them."""
        holdings = leaves(self.reach.shape, self.reach.schema)
        return {name: holding for name, holding in holdings.items() if name not in self.reach.sets}

    def erased(self, table: str) -> ColumnElement[bool]:
        """SQL condition: the row of the table is erased."""
        source = self.reach.schema[table].sa
        if table in self.reach.sets:
            set_ = self.reach.sets[table]
            return among(set_.primary, set_.rows(lost=0))
        if table in self.leaves:
            return self.names_erased(self.leaves[table].key, source)
        keys = [key for key in self.reach.shape.keys_of(table) if key.target in self.reach.sets]
        return or_(false(), *(self.names_erased(key, source) for key in keys))

    def survives(self, table: str) -> ColumnElement[bool]:
        """SQL condition: the row of the table is not erased; never unknown, and cheap when few rows are selected."""
        source = self.reach.schema[table].sa
        if table in self.reach.sets:
            return not_(self.reach.sets[table].holds(source, lost=0))
        if table in self.leaves:
            return self._names_survivor(self.leaves[table].key, source)
        keys = [key for key in self.reach.shape.keys_of(table) if key.target in self.reach.sets]
        return and_(true(), *(self._names_survivor(key, source) for key in keys))

    def pointing(self, nulling: Nulling) -> ColumnElement[bool]:
        """SQL condition: a surviving row of the table names an erased row by one of these keys."""
        source = self.reach.schema[nulling.table].sa
        named = or_(*(self.names_erased(key, source) for key in nulling.keys))
        if nulling.table in self.leaves:
            return and_(named, self.survives(nulling.table))
        set_ = self.reach.sets.get(nulling.table)
        return named if set_ is None else and_(named, not_(set_.holds(source, lost=0)))

    def shared(self, connection: Connection) -> dict[str, int]:
        """Return the numbers of rows that are reached and kept, by table."""
        kept = {name: lost for name, (_, lost) in self.reach.counts(connection).items()}
        for name, holding in self.leaves.items():
            if kept.get(holding.holder):
                source, lost = self.reach.schema[name].sa, self.reach.sets[holding.holder].lost()
                kept[name] = self.count(connection, name, among([source.c[key] for key in holding.key.columns], lost))
        return kept

    def rows(self, connection: Connection, tables: Iterable[str]) -> dict[str, int]:
        """Return the numbers of rows that are erased, by table."""
        collected = {name: count for name, (count, _) in self.reach.counts(connection).items()}
        return {
            name: collected[name] if name in collected else self.count(connection, name, self.erased(name))
            for name in tables
        }

    def pointing_rows(self, connection: Connection, nulling: Nulling) -> int:
        """Return the number of surviving rows of the table that name an erased row by one of these keys."""
        if not self._decided_by(nulling):
            return self.count(connection, nulling.table, self.pointing(nulling))
        # The target of such a key holds the row, so the row was reached: it survives only if it was dropped.
        set_ = self.reach.sets[nulling.table]
        if not self.reach.counts(connection)[nulling.table][1]:
            return 0
        return self.count(connection, nulling.table, and_(among(set_.primary, set_.lost()), self.pointing(nulling)))

    def _decided_by(self, nulling: Nulling) -> bool:
        deciding = [
            holding.key
            for holding in self.reach.shape.held_by(nulling.table)
            if not holding.owned and not holding.unless
        ]
        return all(key in deciding for key in nulling.keys)

    def count(self, connection: Connection, table: str, condition: ColumnElement[bool]) -> int:
        """Return the number of rows of the table that meet a condition."""
        source = self.reach.schema[table].sa
        return connection.scalar(select(func.count()).select_from(source).where(condition)) or 0

    def null_statement(self, nulling: Nulling) -> Update:
        """Return the statement that sets a key of surviving rows to NULL."""
        return (
            update(self.reach.schema[nulling.table].sa)
            .where(self.pointing(nulling))
            .values(dict.fromkeys(nulling.columns, null()))
        )

    def delete_statement(self, table: str) -> Delete:
        """Return the statement that erases the rows of one table."""
        return delete(self.reach.schema[table].sa).where(self.erased(table))

    def cycles(self, database: Database) -> dict[tuple[str, ...], Cycle]:
        """Return how the groups of tables are emptied in which keys must be set to NULL first."""
        return breakable_cycles(self.order, self.reach.shape, self.reach.schema, database)

    def tables(self, database: Database) -> tuple[str, ...]:
        """Return the tables in deletion order."""
        cycles = self.cycles(database)
        groups = (cycles[group].tables if group in cycles else group for group in self.order)
        return tuple(name for group in groups for name in group)

    def breaking_statement(self, table: str, columns: Sequence[str]) -> Update:
        """Return the statement that sets keys to NULL in the rows to erase of a table, which breaks a cycle."""
        return update(self.reach.schema[table].sa).where(self.erased(table)).values(dict.fromkeys(columns, null()))

    def texts(self, dialect: Dialect) -> list[str]:
        """Return all statements as text, without values, in order of execution."""
        statements: list[Any] = [self.null_statement(nulling) for nulling in self.nullings if nulling.columns]
        cycles = self.cycles(database_of(dialect))
        for group in self.order:
            cycle = cycles.get(group)
            statements += [self.breaking_statement(*nulled) for nulled in cycle.nulled.items()] if cycle else []
            deletes = [self.delete_statement(table) for table in (cycle.tables if cycle else group)]
            statements += database_of(dialect).group_statements(deletes)
        return [" ".join(str(statement.compile(dialect=dialect)).split()) for statement in statements]

    def _names_survivor(self, key: Key, source: FromClause) -> ColumnElement[bool]:
        """SQL condition: the key names no erased row: another row, or none."""
        set_, target = self.reach.sets[key.target].sa.alias(), self.reach.schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        set_keys = [set_.c[column.name] for column in self.reach.sets[key.target].keys]
        if targets_primary_key(key, self.reach.schema):
            return not_(exists().where(equal(set_keys, left), set_.c.lost == 0).correlate(source))
        same = and_(equal(set_keys, self.reach.sets[key.target].primary_of(target)), equal(left, right))
        return not_(exists().where(same, set_.c.lost == 0).correlate(source))

    def names_erased(self, key: Key, source: FromClause) -> ColumnElement[bool]:
        """SQL condition: the row names an erased row by this key."""
        set_, target = self.reach.sets[key.target], self.reach.schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        if targets_primary_key(key, self.reach.schema):
            return among(left, set_.rows(lost=0))
        erased = among(set_.primary_of(target), set_.rows(lost=0))
        return among(left, select(*right).where(erased).correlate(None))
