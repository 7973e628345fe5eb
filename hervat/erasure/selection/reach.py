"""The rows that a plan reaches: sets of keys, and the tables that need no set of their own."""

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
from hervat.erasure.selection.counts import counted
from hervat.erasure.selection.key_sets import KeySet
from hervat.erasure.system import LocalSystem


def has_single_holder(shape: Shape, schema: Schema, table: str) -> bool:
    """True if every row of the table has at most one holder.

    Of its own keys the first that is not NULL decides: one holder, if the key names one row.
    """
    return not any(
        holding.owned or not schema[holding.holder].is_unique(holding.key.target_columns)
        for holding in shape.held_by(table)
    )


def leaves(shape: Shape, schema: Schema) -> dict[str, Holding]:
    """Return the tables that hold nothing, to which nothing points, and whose rows one key decides about: that key.

    Their rows need not be collected: the holder's set and that key say which are erased.
    """
    not_leaves = {key.target for key in shape.keys} | {holding.holder for holding in shape.holdings}
    return {
        name: holdings[0]
        for name in shape.held
        if name not in not_leaves
        and len(holdings := shape.held_by(name)) == 1
        and not holdings[0].owned
        and holdings[0].holder in shape.nodes
        and targets_primary_key(holdings[0].key, schema)
    }


def targets_primary_key(key: Key, schema: Schema) -> bool:
    """True if a key holds its target's primary key as it is: the target need not be read."""
    return key.declared and key.target_columns == schema[key.target].primary


IsHolder = Callable[[FromClause], ColumnElement[bool]]


class Reach:
    """The sets of keys of one reach: one for each of `tables` (default: all tables inside but the link tables)."""

    def __init__(
        self, shape: Shape, schema: Schema, prefix: str = "hervat_r", tables: Collection[str] | None = None
    ) -> None:
        self.shape, self.schema = shape, schema
        nodes = shape.nodes if tables is None else tables
        self.sets = {
            name: KeySet(schema[name], f"{prefix}{at}") for at, name in enumerate(shape.nodes) if name in nodes
        }
        self._counts: dict[str, tuple[int, int]] | None = None
        self.holdings = [holding for holding in shape.holdings if holding.held in self.sets]

    def create(self, connection: Connection) -> None:
        """Create the temporary tables."""
        for key_set in self.sets.values():
            key_set.create(connection)

    def spread(self, start: Collection[str] | None = None) -> None:
        """Reach every row that hangs from the sets of `start` (the roots), holder to held, round by round."""
        fresh, round_ = set(self.shape.root_tables if start is None else start), 0
        while fresh:
            round_ += 1
            reached = [
                holding for holding in self.holdings if holding.holder in fresh and self._add_held(holding, round_)
            ]
            fresh = {holding.held for holding in reached}

    def _add_held(self, holding: Holding, round_: int) -> int:
        """Add the rows held by those reached in the previous round. Return their number."""
        held = self.sets[holding.held]
        query = select(*held.primary).where(self._held_by(holding, self.sets[holding.holder].rows(round_=round_ - 1)))
        if not has_single_holder(self.shape, self.schema, holding.held):
            query = query.where(not_(held.holds(held.table.sa)))
        return held.add(query, round_)

    def counts(self, connection: Connection) -> dict[str, tuple[int, int]]:
        """Return, by table, how many rows are reached and not dropped, and how many are dropped.

        Counted once: to be asked when the reach is as it stays.
        """
        if self._counts is None:
            rows = counted(connection, {name: set_.split for name, set_ in self.sets.items()})
            self._counts = {name: (kept, lost) for name, (kept, lost) in rows.items()}
        return self._counts

    def drop(self, connection: Connection) -> None:
        """Drop every row with a holder outside, until nothing changes."""
        # A row with a single holder was reached through it: it has no holder outside.
        several_holders = [
            holding for holding in self.holdings if not has_single_holder(self.shape, self.schema, holding.held)
        ]
        fresh = {
            holding.held
            for holding in several_holders
            if self._drop(connection, holding, self._held_outside(holding), 1)
        }
        round_ = 1
        while fresh:
            round_ += 1
            fresh = {
                holding.held
                for holding in self.holdings
                if holding.holder in fresh and self._drop_after(connection, holding, round_)
            }

    def _drop_after(self, connection: Connection, holding: Holding, round_: int) -> int:
        lost = self.sets[holding.holder].rows(lost=round_ - 1)
        return self._drop(connection, holding, self._held_by(holding, lost), round_)

    def _drop(self, connection: Connection, holding: Holding, condition: ColumnElement[bool], round_: int) -> int:
        held = self.sets[holding.held]
        matching = among(held.keys, select(*held.primary).where(condition).correlate(None))
        statement = update(held.sa).where(held.sa.c.lost == 0, matching).values(lost=literal(round_, Integer))
        return connection.execute(statement).rowcount

    def _held_by(self, holding: Holding, holders: Select[Any]) -> ColumnElement[bool]:
        """SQL condition: the row of the held table is held, by this holding, by one of these rows (primary keys)."""
        primary = self.schema[holding.holder].primary
        return held_condition(
            self.schema, holding, lambda holder: among([holder.c[name] for name in primary], holders), holders
        )

    def _held_outside(self, holding: Holding) -> ColumnElement[bool]:
        """SQL condition: the row of the held table is held, by this holding, by a row that was never reached."""
        holders = self.sets.get(holding.holder)
        return held_condition(
            self.schema, holding, lambda holder: true() if holders is None else not_(holders.holds(holder))
        )

    def pairs(
        self, connection: Connection, holding: Holding, shown: Callable[[ColumnElement[Any]], ColumnElement[Any]]
    ) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Yield (held, holder), as primary keys, for each pair of rows with this holding that was not dropped."""
        held, holder = self.schema[holding.held].sa, self.schema[holding.holder].sa.alias()
        source, target = sides(holding.key, holder, held) if holding.owned else sides(holding.key, held, holder)
        held_set, holder_set = self.sets[holding.held], self.sets[holding.holder]
        columns = [*held_set.primary, *holder_set.primary_of(holder)]
        query = select(*map(shown, columns)).select_from(held.join(holder, equal(source, target)))
        kept = (
            among(held_set.primary, held_set.rows(lost=0)),
            among(holder_set.primary_of(holder), holder_set.rows(lost=0)),
        )
        for row in connection.execute(
            query.where(*kept, *([] if holding.owned else deciding_conditions(self.schema, holding)))
        ):
            yield tuple(row[: len(held_set.keys)]), tuple(row[len(held_set.keys) :])


def held_condition(
    schema: Schema, holding: Holding, is_holder: IsHolder, holders: Select[Any] | None = None
) -> ColumnElement[bool]:
    """SQL condition: the row of the held table is held, by this holding, by a row that meets `is_holder`.

    holders: the primary keys of exactly these rows, if available: the holder's table need not be read.
    """
    held, holder = schema[holding.held].sa, schema[holding.holder].sa.alias()
    if holding.owned:
        source, target = sides(holding.key, holder, held)
        return among(target, select(*source).where(is_holder(holder), filled(source)).correlate(None))
    source, target = sides(holding.key, held, holder)
    if holders is not None and targets_primary_key(holding.key, schema):
        named = holders
    else:
        named = select(*target).where(is_holder(holder)).correlate(None)
    return and_(among(source, named), *deciding_conditions(schema, holding))


def deciding_conditions(schema: Schema, holding: Holding) -> list[ColumnElement[bool]]:
    """SQL conditions: the keys before this one are NULL (or of another kind), so this key decides."""
    table = schema[holding.held].sa
    return [or_(*(column.is_(None) for column in key_columns(key, table))) for key in holding.unless]


def reach_of(local: LocalSystem, whole: bool = False) -> Reach:
    """Return the reach that the policy needs: to erase, rows that hang from one key need not be collected."""
    shape, schema = local.shape, local.schema
    uncollected = leaves(shape, schema) if local.system.policy == "erase" and not whole else {}
    return Reach(shape, schema, tables=[name for name in shape.nodes if name not in uncollected])
