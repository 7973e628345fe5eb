"""Which rows a plan reaches: sets of keys, and the tables that need no set of their own."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.schema.joins import among, equal, filled, key_columns, sides
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.selection.key_sets import KeySet
from hervat.erasure.system import LocalSystem


def has_single_holder(shape: Shape, schema: Schema, table: str) -> bool:
    """Say whether no row of the table can have two holders.

    Of its own keys the first that is not null decides: one holder, where the key names one row.
    """
    return not any(
        one.owned or not schema[one.holder].is_unique(one.key.target_columns) for one in shape.held_by(table)
    )


def leaves(shape: Shape, schema: Schema) -> dict[str, Holding]:
    """Return the tables that hold nothing, to which nothing points, and whose rows one key decides about: that key.

    Their rows need not be collected: which are erased is said by the holder's set and that key.
    """
    busy = {key.target for key in shape.keys} | {one.holder for one in shape.holdings}
    return {
        name: ways[0]
        for name in shape.held
        if name not in busy
        and len(ways := shape.held_by(name)) == 1
        and not ways[0].owned
        and ways[0].holder in shape.nodes
        and targets_primary_key(ways[0].key, schema)
    }


def targets_primary_key(key: Key, schema: Schema) -> bool:
    """Say whether a key holds its target's primary key as it is, so that no look at the target is needed."""
    return key.declared and key.target_columns == schema[key.target].primary


IsHolder = Callable[[FromClause], ColumnElement[bool]]


class Reach:
    """The sets of keys of one reach: one for each of `tables` (all tables inside but the link tables)."""

    def __init__(
        self, shape: Shape, schema: Schema, prefix: str = "hervat_r", tables: Collection[str] | None = None
    ) -> None:
        self.shape, self.schema = shape, schema
        nodes = shape.nodes if tables is None else tables
        self.sets = {
            name: KeySet(schema[name], f"{prefix}{at}") for at, name in enumerate(shape.nodes) if name in nodes
        }
        self.holdings = [one for one in shape.holdings if one.held in self.sets]

    def create(self, connection: Connection) -> None:
        """Make the temporary tables."""
        for one in self.sets.values():
            one.create(connection)

    def spread(self, start: Collection[str] | None = None) -> None:
        """Reach all that hangs from the rows in the sets of `start` (the roots), holder to held, round by round."""
        fresh, round_ = set(self.shape.root_tables if start is None else start), 0
        while fresh:
            round_ += 1
            fresh = {one.held for one in self.holdings if one.holder in fresh and self._reach(one, round_)}

    def _reach(self, one: Holding, round_: int) -> int:
        """Add the rows that those reached in the round before hold. Return how many."""
        held = self.sets[one.held]
        wanted = select(*held.primary).where(self._held_by(one, self.sets[one.holder].rows(round_=round_ - 1)))
        if not has_single_holder(self.shape, self.schema, one.held):
            wanted = wanted.where(not_(held.holds(held.table.sa)))
        return held.add(wanted, round_)

    def drop(self, connection: Connection) -> None:
        """Drop every row with a holder outside, until nothing changes."""
        # A row with one holder was reached by way of it: it has none outside.
        first = [one for one in self.holdings if not has_single_holder(self.shape, self.schema, one.held)]
        fresh = {one.held for one in first if self._drop(connection, one, self._held_outside(one), 1)}
        round_ = 1
        while fresh:
            round_ += 1
            fresh = {
                one.held for one in self.holdings if one.holder in fresh and self._drop_after(connection, one, round_)
            }

    def _drop_after(self, connection: Connection, one: Holding, round_: int) -> int:
        lost = self.sets[one.holder].rows(lost=round_ - 1)
        return self._drop(connection, one, self._held_by(one, lost), round_)

    def _drop(self, connection: Connection, one: Holding, condition: ColumnElement[bool], round_: int) -> int:
        held = self.sets[one.held]
        hit = among(held.keys, select(*held.primary).where(condition).correlate(None))
        statement = update(held.sa).where(held.sa.c.lost == 0, hit).values(lost=literal(round_, Integer))
        return connection.execute(statement).rowcount

    def _held_by(self, one: Holding, holders: Select[Any]) -> ColumnElement[bool]:
        """Say that a row of the held table is held, this way, by one of these rows (given by primary key)."""
        primary = self.schema[one.holder].primary
        return held_condition(
            self.schema, one, lambda holder: among([holder.c[name] for name in primary], holders), holders
        )

    def _held_outside(self, one: Holding) -> ColumnElement[bool]:
        """Say that a row of the held table is held, this way, by a row that was never reached."""
        holders = self.sets.get(one.holder)
        return held_condition(
            self.schema, one, lambda holder: true() if holders is None else not_(holders.holds(holder))
        )

    def pairs(
        self, connection: Connection, one: Holding, shown: Callable[[ColumnElement[Any]], ColumnElement[Any]]
    ) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Yield (held, holder), as primary keys, for the rows that hold each other this way and were not dropped."""
        held, holder = self.schema[one.held].sa, self.schema[one.holder].sa.alias()
        source, target = sides(one.key, holder, held) if one.owned else sides(one.key, held, holder)
        mine, theirs = self.sets[one.held], self.sets[one.holder]
        columns = [*mine.primary, *theirs.primary_of(holder)]
        wanted = select(*map(shown, columns)).select_from(held.join(holder, equal(source, target)))
        both = among(mine.primary, mine.rows(lost=0)), among(theirs.primary_of(holder), theirs.rows(lost=0))
        for row in connection.execute(
            wanted.where(*both, *([] if one.owned else deciding_conditions(self.schema, one)))
        ):
            yield tuple(row[: len(mine.keys)]), tuple(row[len(mine.keys) :])


def held_condition(
    schema: Schema, one: Holding, is_holder: IsHolder, holders: Select[Any] | None = None
) -> ColumnElement[bool]:
    """Say that a row of the held table is held, this way, by a row for which `is_holder` is true.

    holders: the primary keys of just these rows, where they are at hand: it saves a look at the holder's table.
    """
    held, holder = schema[one.held].sa, schema[one.holder].sa.alias()
    if one.owned:
        source, target = sides(one.key, holder, held)
        return among(target, select(*source).where(is_holder(holder), filled(source)).correlate(None))
    source, target = sides(one.key, held, holder)
    if holders is not None and targets_primary_key(one.key, schema):
        named = holders
    else:
        named = select(*target).where(is_holder(holder)).correlate(None)
    return and_(among(source, named), *deciding_conditions(schema, one))


def deciding_conditions(schema: Schema, one: Holding) -> list[ColumnElement[bool]]:
    """Say that the keys before this one are null (or of another kind), so that this one decides."""
    table = schema[one.held].sa
    return [or_(*(column.is_(None) for column in key_columns(key, table))) for key in one.unless]


def reach_of(local: LocalSystem, whole: bool = False) -> Reach:
    """Return the reach that the policy needs: to erase, what hangs from one key need not be collected."""
    shape, schema = local.shape, local.schema
    spared = leaves(shape, schema) if local.system.policy == "erase" and not whole else {}
    return Reach(shape, schema, tables=[name for name in shape.nodes if name not in spared])
