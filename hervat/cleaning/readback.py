"""The proof after the commit: on a new connection, by other SQL than the deletion's, no true root is left."""

from collections.abc import Collection
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, String, cast, func, null, or_, select

from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.persons import Persons, pairs
from hervat.cleaning.rooted import rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.workspace import Scratch

Set: TypeAlias = list[str] | Select[Any]

_FEW = 1000


def roots_left(local: LocalSystem, persons: Persons, set_aside: Collection[str]) -> int:
    """Return how many true (and under restrict unmarked) roots of these persons stand, those set aside apart.

    Every BSN in the system is stripped of what is no digit and of zeros in front, and looked up among these persons:
    no index, no spelling that is expected, and nothing of what the deletion found.
    """
    wanted = sorted({(bsn, bsn.lstrip("0")) for key, bsn in pairs(persons) if key not in set_aside})
    with guarded(local.name, "reading back"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            return sum(_left(connection, local, root, *_sets(connection, wanted)) for root in local.shape.roots)
        finally:
            connection.rollback()


def _sets(connection: Connection, wanted: list[tuple[str, str]]) -> tuple[Set, Set]:
    """Return the BSNs, and the BSNs stripped: few as a list, which the database may share out over its workers."""
    if len(wanted) <= _FEW:
        return [bsn for bsn, _ in wanted], [stripped for _, stripped in wanted]
    digits = cast(null(), String(9))
    gone = Scratch(connection, "hervat_gone", {"bsn": digits, "stripped": digits})
    gone.load(wanted)
    return select(gone.c.bsn), select(gone.c.stripped)


def _left(connection: Connection, local: LocalSystem, root: RootTable, bsns: Set, stripped: Set) -> int:
    database, found = local.database, rooted(root, local.shape, local.schema, local.database)
    bsn = found.person.c[local.shape.bsn]
    may_be = or_(database.as_text(bsn).in_(bsns), database.odd(bsn))
    left = select(func.count()).select_from(found.joined).where(found.said, may_be)
    left = left.where(database.stripped_bsn(bsn).in_(stripped))
    if local.system.policy == "restrict":
        left = left.where(unmarked(local.marks, root.table, found.root))
    return connection.scalar(left) or 0
