"""Shared rows after an erasure: which were reached and left, and whether somebody still holds them. Reads only.

From the rows that are looked at one climbs to all roots above them and comes down again from there, in sets: the work
is that of these rows and their holders, not of the whole system.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, not_, select

from hervat.databases import database_of
from hervat.erasure.errors import guarded
from hervat.erasure.footprint.shape import Holding
from hervat.erasure.schema.joins import RowKey, among, filled, key_conditions, sides
from hervat.erasure.selection.reach import Reach
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class SharedKey:
    """A row by its table and its primary key, as JSON can carry it. Never print the key."""

    table: str
    key: RowKey = field(repr=False)


@dataclass(frozen=True)
class Looked:
    """What became of rows: `held` by a root, `stranded` (there, but held by none); the others are gone."""

    held: frozenset[SharedKey] = field(repr=False)
    stranded: frozenset[SharedKey] = field(repr=False)


def shared_keys(connection: Connection, erasure: Erasure) -> Iterator[SharedKey]:
    """Yield the rows that are reached and kept, because somebody outside holds them too."""
    sets, schema, portable = erasure.reach.sets, erasure.reach.schema, database_of(connection).portable
    wanted = {name: select(*map(portable, one.keys)).where(one.sa.c.lost > 0) for name, one in sets.items()}
    for name, leaf in erasure.leaves.items():  # not collected: they stay with their holder
        table = schema[name]
        stays = among([table.column(key) for key in leaf.key.columns], sets[leaf.holder].lost())
        wanted[name] = select(*(portable(table.column(key)) for key in table.primary)).where(stays)
    for name, query in wanted.items():
        for row in connection.execute(query):
            yield SharedKey(name, tuple(row))


def look_at(local: LocalSystem, rows: Iterable[SharedKey]) -> Looked:
    """Return what became of rows of tables inside the footprint. Raises CleaningError naming the system."""
    by_table: defaultdict[str, list[RowKey]] = defaultdict(list)
    for one in rows:
        by_table[one.table].append(one.key)
    with guarded(local.name, "looking at shared rows"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        above, below = Reach(local.shape, local.schema, "hervat_a"), Reach(local.shape, local.schema, "hervat_b")
        above.create(connection)
        _seek(connection, above, by_table)
        _climb(above)
        below.create(connection)
        _descend(above, below)
        return _found(connection, above, below, by_table)


def can_look_at(local: LocalSystem, row: SharedKey) -> bool:
    """Say whether the footprint still reaches this table, and by a key of this length."""
    return row.table in local.shape.nodes and len(local.schema[row.table].primary) == len(row.key)


def _seek(connection: Connection, above: Reach, rows: Mapping[str, Sequence[RowKey]]) -> None:
    """Put the rows that are still there into the sets, as round 0."""
    for name, keys in rows.items():
        found = above.sets[name]
        for some in key_conditions(found.table, keys, database_of(connection)):
            found.add(select(*found.primary).where(some), 0)


def _climb(above: Reach) -> None:
    """Add the holders of the rows, and theirs, round by round up to the roots."""
    fresh, round_ = {one.held for one in above.shape.holdings}, 0
    while fresh:
        round_ += 1
        fresh = {
            one.holder
            for one in above.shape.holdings
            if one.held in fresh and one.holder in above.sets and _add_holders(above, one, round_)
        }


def _add_holders(above: Reach, one: Holding, round_: int) -> int:
    """Add who may hold, this way, what the round before added; whether he does is seen on the way down."""
    holders, held = above.sets[one.holder], above.sets[one.held]
    source, target = holders.table.sa, held.table.sa.alias()
    left, right = sides(one.key, source, target) if one.owned else sides(one.key, target, source)
    mine, its = (left, right) if one.owned else (right, left)
    below = select(*its).where(among(held.primary_of(target), held.rows(round_=round_ - 1)), filled(its))
    wanted = select(*holders.primary).where(among(mine, below.correlate(None)), not_(holders.holds(source)))
    return holders.add(wanted, round_)


def _descend(above: Reach, below: Reach) -> None:
    """Reach all that the roots above hold."""
    for name in above.shape.root_tables:
        roots = below.sets[name]
        roots.add(select(*roots.primary).where(above.sets[name].holds(roots.table.sa)), 0)
    below.spread()


def _found(connection: Connection, above: Reach, below: Reach, names: Iterable[str]) -> Looked:
    found: dict[bool, set[SharedKey]] = {True: set(), False: set()}
    for name in names:
        looked = above.sets[name]
        keys = [database_of(connection).portable(one) for one in looked.keys]
        held = among(looked.keys, below.sets[name].rows())
        wanted = select(*keys).where(looked.sa.c.round == 0)
        for is_held, condition in ((True, held), (False, not_(held))):
            found[is_held] |= {SharedKey(name, tuple(row)) for row in connection.execute(wanted.where(condition))}
    return Looked(frozenset(found[True]), frozenset(found[False]))
