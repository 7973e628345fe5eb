"""The roots of a system at this moment: what the gate and the orphans look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, select

from hervat.cleaning.alike import Alike, alike
from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.rooted import Rooted, rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem

_AT_A_TIME = 1000


@dataclass(frozen=True)
class Root:
    """A root row of a person row. `verdict` None: unknown; `marked`: restricted already. Never print it."""

    bsn: str | None
    verdict: bool | None
    marked: bool

    def __repr__(self) -> str:
        return f"Root(bsn=*********, verdict={self.verdict}, marked={self.marked})"


def roots(local: LocalSystem) -> Iterator[Root]:
    """Yield each (person row, root row) of the system, live. Raises CleaningError when it can't be read."""
    for root in local.shape.roots:
        with guarded(local.name, "reading the roots"), local.engine.connect() as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME).execute(_wanted(local, root))
            for bsn, verdict, marked in streamed:
                yield Root(bsn, None if verdict is None else bool(verdict), bool(marked))


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


def _wanted(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn = local.database.normalised_bsn(found.person.c[local.shape.bsn])
    return select(bsn, found.verdict, _marked(local, root, found)).select_from(found.joined)


def _maybe_true(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn = local.database.as_text(found.person.c[local.shape.bsn])
    said = found.verdict.label("verdict"), _marked(local, root, found).label("marked")
    return select(bsn.label("bsn"), *said).select_from(found.joined).where(local.database.not_false(found.said))


def _marked(local: LocalSystem, root: RootTable, found: Rooted) -> ColumnElement[int]:
    if local.system.policy != "restrict":
        return literal(0)
    return case((unmarked(local.marks, root.table, found.root), 0), else_=1)
