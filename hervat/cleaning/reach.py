"""What a cleaning erases: reached from the corrected roots, less what someone outside holds too (design, Cleaning 5).

The design drops rows with a holder outside and prunes what is then no longer reached, in turns. Pruning never finds
anything: a row was reached by way of a holder, and when that holder is dropped the row itself has a holder outside.
So dropping until nothing changes is enough, and what remains is the largest such set.
"""

from collections.abc import Callable, Iterator
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

from hervat.cleaning.joining import among, equal, filled, sides
from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.shape import Holding, Shape
from hervat.cleaning.workspace import KeySet


class Reach:
    """The sets of keys of one reach, one a table inside that is no link table."""

    def __init__(self, shape: Shape, schema: Schema, prefix: str = "hervat_r") -> None:
        self.shape, self.schema = shape, schema
        self.sets = {name: KeySet(schema[name], f"{prefix}{at}") for at, name in enumerate(shape.nodes)}

    def create(self, connection: Connection) -> None:
        """Make the temporary tables."""
        for one in self.sets.values():
            one.create(connection)

    @property
    def roots(self) -> KeySet:
        """The set of the root table: the corrected roots, from which all is reached."""
        return self.sets[self.shape.root]

    def spread(self, connection: Connection) -> None:
        """Reach all that hangs from the roots in the set, holder to held, round by round."""
        fresh, round_ = {self.shape.root}, 0
        while fresh:
            round_ += 1
            fresh = {
                one.held for one in self.shape.holdings if one.holder in fresh and self._reach(connection, one, round_)
            }

    def _reach(self, connection: Connection, one: Holding, round_: int) -> int:
        """Add the rows that those reached in the round before hold. Return how many."""
        held = self.sets[one.held]
        by_fresh = self._held_by(one, self.sets[one.holder].rows(round_=round_ - 1))
        added = connection.execute(held.add(held.primary, [by_fresh, not_(held.holds(held.table.sa))], round_)).rowcount
        held.settle(connection, added)
        return added

    def drop(self, connection: Connection) -> None:
        """Drop every row with a holder outside, until nothing changes."""
        fresh = {one.held for one in self.shape.holdings if self._drop(connection, one, self._held_outside(one), 1)}
        round_ = 1
        while fresh:
            round_ += 1
            fresh = {
                one.held
                for one in self.shape.holdings
                if one.holder in fresh and self._drop_after(connection, one, round_)
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
        return self._held(
            one,
            lambda holder: among([holder.c[name] for name in self.schema[one.holder].primary], holders),
            holders,
        )

    def _held_outside(self, one: Holding) -> ColumnElement[bool]:
        """Say that a row of the held table is held, this way, by a row that was never reached."""
        holders = self.sets.get(one.holder)
        return self._held(one, lambda holder: true() if holders is None else not_(holders.holds(holder)))

    def _held(
        self,
        one: Holding,
        is_holder: Callable[[FromClause], ColumnElement[bool]],
        holders: Select[Any] | None = None,
    ) -> ColumnElement[bool]:
        held, holder = self.schema[one.held].sa, self.schema[one.holder].sa.alias()
        if one.owned:
            source, target = sides(one.key, holder, held)
            return among(target, select(*source).where(is_holder(holder), filled(source)).correlate(None))
        source, target = sides(one.key, held, holder)
        if holders is not None and named_by_primary(one.key, self.schema):
            named = holders
        else:
            named = select(*target).where(is_holder(holder)).correlate(None)
        return and_(among(source, named), *self._decides(one))

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
        for row in connection.execute(wanted.where(*both, *([] if one.owned else self._decides(one)))):
            yield tuple(row[: len(mine.keys)]), tuple(row[len(mine.keys) :])

    def _decides(self, one: Holding) -> list[ColumnElement[bool]]:
        """Say that the keys before this one are null, so that this one decides."""
        table = self.schema[one.held]
        return [or_(*(table.column(name).is_(None) for name in key.columns)) for key in one.unless]


def named_by_primary(key: Key, schema: Schema) -> bool:
    """Say whether a key holds its target's primary key as it is, so that no look at the target is needed."""
    return key.declared and key.target_columns == schema[key.target].primary
