"""Root rows: grouped by verdict with the BSNs of each group, and the root keys of given persons."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, case, literal, select

from hervat.bsn import normalised
from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.marks import unmarked_condition
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.selection.persons import AskedPersons, Persons
from hervat.erasure.selection.verdict import RootJoin, root_join
from hervat.erasure.system import LocalSystem

_NINE = r"\A[0-9]{9}\z"


@dataclass(frozen=True)
class RootGroup:
    """The roots with one verdict (1 true, 0 false, None unknown), `marked` (restricted already) or not.

    bsns: their BSNs, nine digits, without repeats. nameless: the number of these roots without a readable BSN.
    """

    verdict: int | None
    marked: bool
    bsns: Sequence[str] = field(default=(), repr=False)
    nameless: int = 0


def root_group(verdict: int | None, marked: bool, cells: pl.Series) -> RootGroup:
    """Return the group of roots with these BSN cells; cells of nine digits, nearly all of them, stay as they are."""
    plain = (cells.str.contains(_NINE) & (cells != "000000000")).fill_null(False)
    bsns = cells.filter(plain).unique().to_list()
    odd_cells = Counter(cells.filter(~plain))
    spelled = {cell: normalised(cell) for cell in odd_cells}
    normalised_bsns = {digits for digits in spelled.values() if digits}
    nameless = sum(times for cell, times in odd_cells.items() if spelled[cell] is None)
    return RootGroup(verdict, marked, [*bsns, *normalised_bsns.difference(bsns)] if normalised_bsns else bsns, nameless)


def root_groups(local: LocalSystem) -> Iterator[RootGroup]:
    """Yield the roots not known to fall under another law, live: the database leaves out the others.

    Read at once and not by a cursor, which would keep PostgreSQL from parallelising. Raises CleaningError when it can't
    be read.
    """
    for root in local.shape.roots:
        with translated_errors(local.name, "reading the roots"), local.connected() as connection:
            local.database.begin_reading(connection)
            groups = local.database.gathered(connection, _roots_query(local, root))
            connection.rollback()
        for (verdict, marked), cells in groups:
            yield root_group(verdict, bool(marked), cells)


def _roots_query(local: LocalSystem, root: RootTable) -> Select[*tuple[Any, ...]]:
    join = root_join(local, root)
    bsn = local.database.as_text(join.person.c[local.shape.bsn])
    columns = join.verdict.label("verdict"), restricted_flag(local, root, join).label("marked")
    return select(bsn.label("bsn"), *columns).select_from(join.joined).where(local.database.not_false(join.condition))


def restricted_flag(local: LocalSystem, root: RootTable, join: RootJoin) -> ColumnElement[int]:
    """Return 1 for a root row that is restricted already, else 0, as SQL."""
    if local.system.policy != "restrict":
        return literal(0)
    return case((unmarked_condition(local.marks, root.table, join.root), 0), else_=1)


HIDDEN = "(the BSN)"
"""Shown for a part of a primary key that is the person's BSN itself."""


def root_keys(local: LocalSystem, persons: Persons) -> dict[str, list[str]]:
    """Return person's key -> `table key` of each root row under the Wi2021; persons without such rows are left out.

    Its temporary tables are rolled back. Raises CleaningError when the database can't be read.
    """
    with translated_errors(local.name, "looking up the persons"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            asked = AskedPersons(connection, local, persons)
            shown_keys = defaultdict(list)
            for table, owners in asked.owners.items():
                keys = asked.owner_keys(table)
                query = select(owners.c.person, *keys).where(owners.c.verdict == 1).order_by(*keys).distinct()
                for person, *parts in connection.execute(query):
                    shown = ", ".join(
                        HIDDEN if normalised(str(part)) in persons[person] else str(part) for part in parts
                    )
                    shown_keys[person].append(f"{table} {shown}")
            return dict(shown_keys)
        finally:
            connection.rollback()
