"""Old values of restricted columns: read before they are overwritten, as JSON can carry them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from hervat.cleaning.databases import database_of
from hervat.cleaning.marks import Mark
from hervat.cleaning.persons import AskedPersons
from hervat.cleaning.reach import Reach
from hervat.cleaning.restrict import unmarked_rows

_RowId: TypeAlias = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Kept:
    """What stood in a column before the mark: text on PostgreSQL, the bare value on SQLite. Never print it."""

    person: str
    table: str
    key: list[Any] = field(repr=False)
    column: str
    old: Any = field(repr=False)
    mark: Any = field(repr=False)


def kept_values(connection: Connection, reach: Reach, asked: AskedPersons, marks: tuple[Mark, ...]) -> list[Kept]:
    """Return the values that the marks will overwrite, once for each person whose root holds the row."""
    below = any(mark.table not in reach.shape.root_tables for mark in marks)
    owners = _owners(connection, reach, asked, below)
    return [one for mark in marks for one in _kept(connection, reach, mark, owners)]


def _kept(connection: Connection, reach: Reach, mark: Mark, owners: dict[_RowId, set[str]]) -> Iterator[Kept]:
    table, database = reach.schema[mark.table], database_of(connection)
    columns = [database.portable(table.column(name)) for name in (*table.primary, mark.column)]
    rows = connection.execute(select(*columns, database.portable(mark.literal)).where(unmarked_rows(mark, reach)))
    for *key, old, bears in rows:
        for person in sorted(owners[mark.table, tuple(key)]):
            yield Kept(person, mark.table, key, mark.column, old, bears)


def _owners(connection: Connection, reach: Reach, asked: AskedPersons, below: bool) -> dict[_RowId, set[str]]:
    """Return whose each row is: of the roots, and where needed of all that hangs from them."""
    found: defaultdict[_RowId, set[str]] = defaultdict(set)
    for root, owners in asked.owners.items():
        keys = [database_of(connection).portable(one) for one in asked.owner_keys(root)]
        for person, *key in connection.execute(select(owners.c.person, *keys).where(owners.c.verdict == 1)):
            found[root, tuple(key)].add(person)
    if not below:
        return found
    holds = _holds(connection, reach)
    waiting = list(found)
    while waiting:
        at = waiting.pop()
        for held in holds[at]:
            if not found[at] <= found[held]:
                found[held] |= found[at]
                waiting.append(held)
    return found


def _holds(connection: Connection, reach: Reach) -> defaultdict[_RowId, list[_RowId]]:
    holds: defaultdict[_RowId, list[_RowId]] = defaultdict(list)
    for one in reach.shape.holdings:
        if one.holder in reach.sets:
            for held, holder in reach.pairs(connection, one, database_of(connection).portable):
                holds[one.holder, holder].append((one.held, held))
    return holds
