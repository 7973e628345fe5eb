"""Row counts of a footprint's tables now: all rows, those under the Wi2021, and stranded ones. Reads only."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hervat.databases import database_of
from hervat.erasure.errors import translated_errors
from hervat.erasure.selection.reach import Reach
from hervat.erasure.selection.stranded import Stranded
from hervat.erasure.selection.verdict import join_root
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class TableCounts:
    """Counts of one table: rows in all, reached from roots under the Wi2021, and reached by no root of any law."""

    rows: int
    reached: int | None = None
    stranded: int | None = None


def count_rows(local: LocalSystem) -> dict[str, TableCounts]:
    """Return the counts of every table that takes part. Raises CleaningError if they can't be read."""
    with translated_errors(local.name, "counting rows"), local.engine.connect() as connection:
        database_of(connection).begin_reading(connection)
        try:
            return _counts(connection, local)
        finally:
            connection.rollback()


def _counts(connection: Connection, local: LocalSystem) -> dict[str, TableCounts]:
    shape = local.shape
    outside = {key.target for key in shape.keys if key.table in shape.tables}
    sizes = {name: _size(connection, local, name) for name in sorted(shape.concerned | outside)}
    reached = _reached(connection, local)
    unreached = Stranded(connection, shape, local.schema).rows
    stranded = {name: unreached.get(name, 0) for name in shape.held}
    return {name: TableCounts(size, reached.get(name), stranded.get(name)) for name, size in sizes.items()}


def _reached(connection: Connection, local: LocalSystem) -> dict[str, int]:
    """Return how many rows of each table inside hang from the true roots."""
    reach = Reach(local.shape, local.schema, "hervat_t")
    reach.create(connection)
    for root in local.shape.roots:
        roots = join_root(root, local.shape, local.schema, local.database)
        keys = [roots.root.c[name] for name in local.schema[root.table].primary]
        reach.sets[root.table].add(select(*keys).select_from(roots.joined).where(roots.condition).distinct(), 0)
    reach.spread()
    erasure = Erasure(reach)
    return erasure.rows(connection, local.shape.tables)


def _size(connection: Connection, local: LocalSystem, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(local.schema[table].sa)) or 0
