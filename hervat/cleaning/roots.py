"""The roots of a system at this moment: what the gate and the orphans look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, select

from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.rooted import rooted
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


def _wanted(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    marked: ColumnElement[int] = literal(0)
    if local.system.policy == "restrict":
        marked = case((unmarked(local.marks, root.table, found.root), 0), else_=1)
    bsn = local.database.normalised_bsn(found.person.c[local.shape.bsn])
    return select(bsn, found.verdict, marked).select_from(found.joined)
