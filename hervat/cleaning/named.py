"""Rows named by their primary keys, as JSON carries them: conditions for some at a time, so that indexes are used."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, or_

from hervat.cleaning.databases import Database
from hervat.cleaning.schema import TableInfo

RowKey: TypeAlias = tuple[Any, ...]
_AT_ONCE = 200  # keys that one statement names; SQLite takes no deeper condition than 1000


def named(table: TableInfo, keys: Iterable[RowKey], database: Database) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together name all rows with these primary keys (as `database.portable` gives them)."""
    waiting = iter(keys)
    while some := list(islice(waiting, _AT_ONCE)):
        values = {f"r{row}_k{at}": value for row, key in enumerate(some) for at, value in enumerate(key)}
        yield or_(*(_is(table, row, database) for row in range(len(some)))).params(values)


def _is(table: TableInfo, row: int, database: Database) -> ColumnElement[bool]:
    columns = [table.column(name) for name in table.primary]
    return and_(
        *(database.bare(one) == database.bound(f"r{row}_k{at}", one) for at, one in enumerate(columns)),
    )
