"""Many counts in few statements."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Integer, Select, literal_column, union_all

_PER_STATEMENT = 50

_Key = TypeVar("_Key")


def counted(connection: Connection, queries: Mapping[_Key, Select[*tuple[Any, ...]]]) -> dict[_Key, tuple[int, ...]]:
    """Return the row of each query, which has one: of counts.

    Many queries go in one statement, which a database may split over parallel workers. No two may read one temporary
    table: MariaDB opens it once in a statement.
    """
    keys, counts = list(queries), dict[_Key, tuple[int, ...]]()
    for start in range(0, len(keys), _PER_STATEMENT):
        batch = keys[start : start + _PER_STATEMENT]
        numbered = (queries[key].add_columns(literal_column(str(at), Integer)) for at, key in enumerate(batch))
        counts |= {batch[at]: tuple(row) for *row, at in connection.execute(union_all(*numbered))}
    return counts
