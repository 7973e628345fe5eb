"""The roots of a system at this moment: what the gate and the orphans look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from hervat.bsn import normalised
from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.rooted import Rooted, rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem

_AT_A_TIME = 1000
Seen = tuple[str | None, int | None, int]
"""Nine digits (None where no BSN can be read), the verdict (None: unknown), whether it is restricted already."""


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


def maybe_true(local: LocalSystem) -> Iterator[Seen]:
    """Yield the roots that are not known to be about another law, live: the database leaves out the others.

    Read at once and not by a cursor, which would keep PostgreSQL from sharing the work out. Raises CleaningError when
    it can't be read.
    """
    for root in local.shape.roots:
        with guarded(local.name, "reading the roots"), local.engine.connect() as connection:
            found = connection.execute(_maybe_true(local, root)).all()
        for bsn, verdict, marked in found:
            yield _nine(bsn), verdict, marked


def _nine(bsn: str | None) -> str | None:
    """Return the nine digits; what is that already, as nearly every one, is known at a glance."""
    return bsn if bsn and len(bsn) == 9 and bsn.isascii() and bsn.isdigit() and bsn != "000000000" else normalised(bsn)


def _wanted(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn = local.database.normalised_bsn(found.person.c[local.shape.bsn])
    return select(bsn, found.verdict, _marked(local, root, found)).select_from(found.joined)


def _maybe_true(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn = local.database.as_text(found.person.c[local.shape.bsn])
    wanted = select(bsn, found.verdict, _marked(local, root, found)).select_from(found.joined)
    return wanted.where(func.coalesce(found.verdict, 1) == 1)


def _marked(local: LocalSystem, root: RootTable, found: Rooted) -> ColumnElement[int]:
    if local.system.policy != "restrict":
        return literal(0)
    return case((unmarked(local.marks, root.table, found.root), 0), else_=1)
