"""The proof after the commit: on a new connection, by other SQL than the deletion's, no true root is left."""

from collections.abc import Collection

from sqlalchemy import Connection, String, and_, cast, func, null, or_, select

from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.persons import Persons, pairs
from hervat.cleaning.rooted import rooted
from hervat.cleaning.shape import RootTable
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.workspace import Scratch


def roots_left(local: LocalSystem, persons: Persons, set_aside: Collection[str]) -> int:
    """Return how many true (and under restrict unmarked) roots of these persons stand, those set aside apart.

    Every BSN in the system is stripped of what is no digit and of zeros in front, and looked up among these persons:
    no index, no spelling that is expected, and nothing of what the deletion found.
    """
    wanted = {(bsn, bsn.lstrip("0")) for key, bsn in pairs(persons) if key not in set_aside}
    with guarded(local.name, "reading back"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            digits = cast(null(), String(9))
            gone = Scratch(connection, "hervat_gone", {"bsn": digits, "stripped": digits})
            gone.load(sorted(wanted))
            return sum(_left(connection, local, root, gone) for root in local.shape.roots)
        finally:
            connection.rollback()


def _left(connection: Connection, local: LocalSystem, root: RootTable, gone: Scratch) -> int:
    found = rooted(root, local.shape, local.schema, local.database)
    bsn, plain = found.person.c[local.shape.bsn], local.database.as_text(found.person.c[local.shape.bsn])
    may_be = or_(plain.in_(select(gone.c.bsn)), local.database.odd(bsn))
    theirs = and_(may_be, local.database.stripped_bsn(bsn).in_(select(gone.c.stripped)))
    left = select(func.count()).select_from(found.joined).where(found.verdict == 1, theirs)
    if local.system.policy == "restrict":
        left = left.where(unmarked(local.marks, root.table, found.root))
    return connection.scalar(left) or 0
