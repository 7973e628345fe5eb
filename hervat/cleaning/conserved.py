"""Conservation: every table of the schema counted before and after, and no key left pointing nowhere (rule 4)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, Integer, Select, func, literal_column, select, union_all

from hervat.cleaning.databases import database_of
from hervat.cleaning.errors import ConservationError
from hervat.cleaning.schema import Schema, TableInfo

_TOGETHER = 50


def count_tables(connection: Connection, schema: Schema) -> dict[str, int]:
    """Return the number of rows of every table but the database's own indexes, as this transaction sees them.

    Many tables in one statement, which a database may share out over its processors.
    """
    tables, found = [one for one in schema.tables.items() if one[0] not in schema.moving], dict[str, int]()
    for start in range(0, len(tables), _TOGETHER):
        some = tables[start : start + _TOGETHER]
        counts = [_count(at, table) for at, (_, table) in enumerate(some)]
        found |= {some[at][0]: count for at, count in connection.execute(union_all(*counts))}
    return found


def _count(at: int, table: TableInfo) -> Select[int, int]:
    return select(literal_column(str(at), Integer), func.count()).select_from(table.sa)


def grown(
    system: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    planned: Mapping[str, int],
    may_grow: Collection[str],
    mend: Callable[[Iterable[str]], str],
) -> dict[str, int]:
    """Return by how much the tables grew that a named trigger writes to (`may_grow`).

    Raises ConservationError when any other table is not exactly before - planned, with the names, the
    counts, and what `mend` says of those tables.
    """
    off = {name: after[name] - count + planned.get(name, 0) for name, count in before.items()}
    wrong = {name: by for name, by in off.items() if by < 0 or (by > 0 and name not in may_grow)}
    if wrong:
        told = ", ".join(f"{name} ({by:+d} rows)" for name, by in sorted(wrong.items()))
        text = f"other tables than planned would change: {told}; nothing was done; {mend(wrong)}"
        raise ConservationError(f"system {system}: {text}")
    return {name: by for name, by in off.items() if by}


def dangling(connection: Connection, tables: Iterable[str]) -> Counter[tuple[str, str]]:
    """Return how many keys of each (table, target) point nowhere, where the database does not refuse that itself."""
    database = database_of(connection)
    database.check_keys_now(connection)
    return Counter(pair for name in sorted(tables) for pair in database.dangling(connection, name))


def refuse_dangling(system: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> None:
    """Raise ConservationError when more keys point nowhere than before."""
    if more := after - before:
        told = ", ".join(f"{table} -> {target} ({count})" for (table, target), count in sorted(more.items()))
        raise ConservationError(f"system {system}: keys would point nowhere: {told}; nothing was done")
