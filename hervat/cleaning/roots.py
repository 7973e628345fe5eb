"""The roots of a system at this moment: what the gate and the orphans look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, or_, select

from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.rooted import rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem

_AT_A_TIME = 5000


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
    for bsn, verdict, marked in _rows(local, all_=True):
        yield Root(bsn, None if verdict is None else bool(verdict), bool(marked))


def maybe_true(local: LocalSystem) -> Iterator[tuple[str | None, int | None, int]]:
    """Yield (nine digits, verdict, marked) of the roots that are not known to be about another law, live.

    The database leaves out the others: in most systems nearly all. Raises CleaningError when it can't be read.
    """
    return _rows(local, all_=False)


def _rows(local: LocalSystem, all_: bool) -> Iterator[tuple[str | None, int | None, int]]:
    for root in local.shape.roots:
        with guarded(local.name, "reading the roots"), local.engine.connect() as connection:
            streamed = connection.execution_options(yield_per=_AT_A_TIME).execute(_wanted(local, root, all_))
            yield from streamed.tuples()


def _wanted(local: LocalSystem, root: RootTable, all_: bool) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    marked: ColumnElement[int] = literal(0)
    if local.system.policy == "restrict":
        marked = case((unmarked(local.marks, root.table, found.root), 0), else_=1)
    bsn = local.database.normalised_bsn(found.person.c[local.shape.bsn])
    wanted = select(bsn, found.verdict, marked).select_from(found.joined)
    return wanted if all_ else wanted.where(or_(found.said, found.verdict.is_(None)))
