"""Root rows: joined to their persons, grouped by verdict, and found by their primary keys."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, case, literal, select

from hervat.bsn import normalised
from hervat.erasure.errors import guarded
from hervat.erasure.footprint.marks import unmarked_condition
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.selection.persons import AskedPersons, Persons
from hervat.erasure.selection.verdict import RootJoin, join_root
from hervat.erasure.system import LocalSystem

_NINE = r"\A[0-9]{9}\z"


@dataclass(frozen=True)
class RootGroup:
    """The roots with one verdict (1 true, 0 false, None unknown) that are `marked` (restricted already) or are not.

    bsns: their BSNs, nine digits, each once. nameless: how many of these roots have none that can be read.
    """

    verdict: int | None
    marked: bool
    bsns: Sequence[str] = field(default=(), repr=False)
    nameless: int = 0


def root_group(verdict: int | None, marked: bool, cells: pl.Series) -> RootGroup:
    """Return the roots that have these cells as BSN; what is nine digits already, as nearly all are, stays as it is."""
    plain = (cells.str.contains(_NINE) & (cells != "000000000")).fill_null(False)
    bsns = cells.filter(plain).unique().to_list()
    odd = Counter(cells.filter(~plain))
    spelled = {cell: normalised(cell) for cell in odd}
    more = {digits for digits in spelled.values() if digits}
    nameless = sum(times for cell, times in odd.items() if spelled[cell] is None)
    return RootGroup(verdict, marked, [*bsns, *more.difference(bsns)] if more else bsns, nameless)


def root_groups(local: LocalSystem) -> Iterator[RootGroup]:
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
            yield root_group(verdict, bool(marked), cells)


def _maybe_true(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    found = join_root(root, local.shape, local.schema, local.database)
    bsn = local.database.as_text(found.person.c[local.shape.bsn])
    said = found.verdict.label("verdict"), restricted_flag(local, root, found).label("marked")
    return select(bsn.label("bsn"), *said).select_from(found.joined).where(local.database.not_false(found.said))


def restricted_flag(local: LocalSystem, root: RootTable, found: RootJoin) -> ColumnElement[int]:
    """Say (1 or 0) of a root row whether it is restricted already."""
    if local.system.policy != "restrict":
        return literal(0)
    return case((unmarked_condition(local.marks, root.table, found.root), 0), else_=1)


HIDDEN = "(the BSN)"
"""Shown for a part of a primary key that is the person's BSN itself."""


def root_keys(local: LocalSystem, persons: Persons) -> dict[str, list[str]]:
    """Return person's key -> `table key` of each root row under the Wi2021; who has none there is left out.

    Its temporary tables are rolled back. Raises CleaningError when the database can't be read.
    """
    with guarded(local.name, "looking up the persons"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            asked, found = AskedPersons(connection, local.shape, local.schema, persons), defaultdict(list)
            for table, owners in asked.owners.items():
                keys = asked.owner_keys(table)
                wanted = select(owners.c.person, *keys).where(owners.c.verdict == 1).order_by(*keys).distinct()
                for person, *parts in connection.execute(wanted):
                    shown = ", ".join(HIDDEN if normalised(str(one)) in persons[person] else str(one) for one in parts)
                    found[person].append(f"{table} {shown}")
            return dict(found)
        finally:
            connection.rollback()
