"""The roots of a system row by row, with the BSN as SQL normalises it: what the sets are held against."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from hervat.erasure import LocalSystem
from hervat.erasure.selection.roots import restricted_flag
from hervat.erasure.selection.verdict import join_root


@dataclass(frozen=True)
class Root:
    """A root row of a person row. `verdict` None: unknown; `marked`: restricted already."""

    bsn: str | None
    verdict: bool | None
    marked: bool


def roots(local: LocalSystem) -> Iterator[Root]:
    """Yield each (person row, root row) of the system, live."""
    for root in local.shape.roots:
        found = join_root(root, local.shape, local.schema, local.database)
        bsn = local.database.normalised_bsn(found.person.c[local.shape.bsn])
        wanted = select(bsn, found.verdict, restricted_flag(local, root, found)).select_from(found.joined)
        with local.engine.connect() as connection:
            for digits, verdict, restricted in connection.execute(wanted):
                yield Root(digits, None if verdict is None else bool(verdict), bool(restricted))
