"""The roots of a system at this moment: what a night, the gate and the orphans look at."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, select

from hervat.cleaning.alike import Alike, alike
from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.rooted import Rooted, rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem


def maybe_true(local: LocalSystem) -> Iterator[Alike]:
    """Yield the roots that are not known to be about another law, live: the database leaves out the others.

    Read at once and not by a cursor, which would keep PostgreSQL from sharing the work out. Raises CleaningError when
    it can't be read.
    """
    for root in local.shape.roots:
        with guarded(local.name, "reading the roots"), local.engine.connect() as connection:
            local.database.begin_reading(connection)
            found = local.database.gathered(connection, _maybe_true(local, root))
            connection.rollback()
        for (verdict, marked), cells in found:
            yield alike(verdict, bool(marked), cells)


def _maybe_true(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn = local.database.as_text(found.person.c[local.shape.bsn])
    said = found.verdict.label("verdict"), marked(local, root, found).label("marked")
    return select(bsn.label("bsn"), *said).select_from(found.joined).where(local.database.not_false(found.said))


def marked(local: LocalSystem, root: RootTable, found: Rooted) -> ColumnElement[int]:
    """Say (1 or 0) of a root row whether it is restricted already."""
    if local.system.policy != "restrict":
        return literal(0)
    return case((unmarked(local.marks, root.table, found.root), 0), else_=1)
