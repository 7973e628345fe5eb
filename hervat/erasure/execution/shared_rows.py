"""Shared rows: those that an erasure reached and left, and later whether somebody still holds them. Reads only.

To look at rows again, climb from them to all roots above and come down again from there, set by set: the work depends
on these rows and their holders, not on the size of the system.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, not_, select

from hervat.databases import database_of
from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.schema.joins import RowKey, among, filled, key_conditions, sides
from hervat.erasure.selection.reach import Reach
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class SharedKey:
    """A row by its table and its primary key, in a form that JSON can carry. Never print the key."""

    table: str
    key: RowKey = field(repr=False)


@dataclass(frozen=True)
class SharedRowStates:
    """Which rows are `held` by a root and which are `stranded` (present, held by none); the others are gone."""

    held: frozenset[SharedKey] = field(repr=False)
    stranded: frozenset[SharedKey] = field(repr=False)


def shared_keys(connection: Connection, erasure: Erasure) -> Iterator[SharedKey]:
    """Yield the rows that are reached and left, because somebody else holds them too."""
    sets, schema, portable = erasure.reach.sets, erasure.reach.schema, database_of(connection).portable
    queries = {name: select(*map(portable, keys.keys)).where(keys.sa.c.lost > 0) for name, keys in sets.items()}
    for name, leaf in erasure.leaves.items():  # not collected: they stay with their holder
        table = schema[name]
        stays = among([table.column(column) for column in leaf.key.columns], sets[leaf.holder].lost())
        queries[name] = select(*(portable(table.column(column)) for column in table.primary)).where(stays)
    for name, query in queries.items():
        for row in connection.execute(query):
            yield SharedKey(name, tuple(row))


def look_at(local: LocalSystem, rows: Iterable[SharedKey]) -> SharedRowStates:
    """Return the states of rows of tables inside the footprint. Raises CleaningError naming the system."""
    by_table: defaultdict[str, list[RowKey]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row.key)
    with translated_errors(local.name, "looking at shared rows"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        tables = _with_holders(local.shape, by_table)
        above, below = (Reach(local.shape, local.schema, prefix, tables) for prefix in ("hervat_a", "hervat_b"))
        above.create(connection)
        _seek(connection, above, by_table)
        _climb(above, by_table)
        below.create(connection)
        _descend(above, below)
        return _states(connection, above, below, by_table)


def can_look_at(local: LocalSystem, row: SharedKey) -> bool:
    """True if the footprint still reaches this table, and its primary key still has this length."""
    return row.table in local.shape.nodes and len(local.schema[row.table].primary) == len(row.key)


def _with_holders(shape: Shape, tables: Collection[str]) -> set[str]:
    """Return these tables and all whose rows may hold theirs, directly or through others."""
    reached, fresh = set(tables), set(tables)
    while fresh:
        fresh = {holding.holder for holding in shape.holdings if holding.held in fresh} - reached
        reached |= fresh
    return reached


def _seek(connection: Connection, above: Reach, rows: Mapping[str, Sequence[RowKey]]) -> None:
    """Put the rows that are still present into the sets, as round 0."""
    for name, keys in rows.items():
        set_ = above.sets[name]
        for condition in key_conditions(set_.table, keys, database_of(connection)):
            set_.add(select(*set_.primary).where(condition), 0)


def _climb(above: Reach, tables: Collection[str]) -> None:
    """Add the holders of the rows of these tables, and their holders, round by round up to the roots."""
    fresh, round_ = set(tables), 0
    while fresh:
        round_ += 1
        fresh = {
            holding.holder
            for holding in above.holdings
            if holding.held in fresh and holding.holder in above.sets and _add_holders(above, holding, round_)
        }


def _add_holders(above: Reach, holding: Holding, round_: int) -> int:
    """Add the rows that may hold, by this key, those of the round before. Return how many.

    Whether they do hold them is decided on the way down.
    """
    holders, held = above.sets[holding.holder], above.sets[holding.held]
    source, target = holders.table.sa, held.table.sa.alias()
    if holding.owned:
        holder_columns, held_columns = sides(holding.key, source, target)
    else:
        held_columns, holder_columns = sides(holding.key, target, source)
    last_round = among(held.primary_of(target), held.rows(round_=round_ - 1))
    below = select(*held_columns).where(last_round, filled(held_columns))
    is_holder = among(holder_columns, below.correlate(None))
    return holders.add(select(*holders.primary).where(is_holder, not_(holders.holds(source))), round_)


def _descend(above: Reach, below: Reach) -> None:
    """Reach all rows that the roots above hold."""
    for name in filter(below.sets.__contains__, below.shape.root_tables):
        roots = below.sets[name]
        roots.add(select(*roots.primary).where(above.sets[name].holds(roots.table.sa)), 0)
    below.spread()


def _states(connection: Connection, above: Reach, below: Reach, tables: Iterable[str]) -> SharedRowStates:
    held, stranded = set[SharedKey](), set[SharedKey]()
    for name in tables:
        rows = above.sets[name]
        keys = [database_of(connection).portable(key) for key in rows.keys]
        reached = among(rows.keys, below.sets[name].rows())
        query = select(*keys).where(rows.sa.c.round == 0)
        for states, condition in ((held, reached), (stranded, not_(reached))):
            states.update(SharedKey(name, tuple(row)) for row in connection.execute(query.where(condition)))
    return SharedRowStates(frozenset(held), frozenset(stranded))
