"""How many rows of a footprint's tables are there now, reached from the true roots, and stranded. Reads only."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from hervat.cleaning.databases import database_of
from hervat.cleaning.erasing import Erasure
from hervat.cleaning.errors import guarded
from hervat.cleaning.joining import among
from hervat.cleaning.reach import Reach
from hervat.cleaning.rooted import rooted
from hervat.cleaning.system import LocalSystem


@dataclass(frozen=True)
class Rows:
    """The rows of one table: in all, reached from roots under the Wi2021, and reached by no root of any law."""

    rows: int
    reached: int | None = None
    stranded: int | None = None


def count_rows(local: LocalSystem) -> dict[str, Rows]:
    """Return the counts of every table that takes part. Raises CleaningError when they can't be read."""
    with guarded(local.name, "counting rows"), local.engine.connect() as connection:
        database_of(connection).begin_reading(connection)
        try:
            return _counts(connection, local)
        finally:
            connection.rollback()


def _counts(connection: Connection, local: LocalSystem) -> dict[str, Rows]:
    shape = local.shape
    outside = {key.target for key in shape.keys if key.table in shape.tables}
    sizes = {name: _size(connection, local, name) for name in sorted(shape.concerned | outside)}
    reached = _reached(connection, local, "hervat_t", true_roots=True)
    by_any = _reached(connection, local, "hervat_a", true_roots=False)
    stranded = {name: sizes[name] - by_any[name] for name in shape.held}
    return {name: Rows(size, reached.get(name), stranded.get(name)) for name, size in sizes.items()}


def _reached(connection: Connection, local: LocalSystem, prefix: str, true_roots: bool) -> dict[str, int]:
    """Return how many rows of each table inside hang from the roots: the true ones, or all."""
    reach = Reach(local.shape, local.schema, prefix)
    reach.create(connection)
    roots = reach.roots
    connection.execute(roots.add(roots.primary, [_true(local, reach)] if true_roots else [], 0))
    reach.spread(connection)
    erasure = Erasure(reach)
    return {name: erasure.count(connection, name, erasure.erased(name)) for name in local.shape.tables}


def _true(local: LocalSystem, reach: Reach) -> ColumnElement[bool]:
    found = rooted(local.shape, local.schema, local.database)
    keys = [found.root.c[name] for name in local.schema[local.shape.root].primary]
    return among(reach.roots.primary, select(*keys).select_from(found.joined).where(found.verdict == 1).correlate(None))


def _size(connection: Connection, local: LocalSystem, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(local.schema[table].sa)) or 0
