"""The proof after the commit: on a new connection, by other SQL than the deletion's, no true root is left."""

from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Select, String, and_, cast, func, null, or_, select, types

from hervat.erasure.errors import guarded
from hervat.erasure.footprint.marks import unmarked_condition
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.selection.persons import Persons, bsn_pairs, fits_nine_only
from hervat.erasure.selection.verdict import join_root
from hervat.erasure.system import LocalSystem

Set: TypeAlias = list[str] | Select[Any]
Asked: TypeAlias = Callable[[FromClause], ColumnElement[bool]]

_FEW = 1000
_PATTERNS = 3  # so many cost less than the look for odd spellings


def roots_left(local: LocalSystem, persons: Persons, set_aside: Collection[str]) -> int:
    """Return how many true (and under restrict unmarked) roots of these persons stand, those set aside apart.

    Every BSN in the system is stripped of what is no digit and of zeros in front, and looked up among these persons:
    no index, no spelling that is expected, and nothing of what the deletion found.
    """
    wanted = sorted({(bsn, bsn.lstrip("0")) for key, bsn in bsn_pairs(persons) if key not in set_aside})
    with guarded(local.name, "reading back"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            asked = _asked_in(connection, local, wanted)
            return sum(_left(connection, local, root, asked) for root in local.shape.roots)
        finally:
            connection.rollback()


def _asked_in(connection: Connection, local: LocalSystem, wanted: list[tuple[str, str]]) -> Asked:
    """Return what says of a person row that it is of one of these BSNs.

    Few are looked for at once, so that the roots are then found by their keys; many in the same query as the roots.
    """
    bears = _bears(connection, local, wanted)
    table = local.schema[local.shape.person]
    keys = [table.column(name) for name in table.primary]
    if len(wanted) > _FEW or len(keys) != 1 or not isinstance(keys[0].type, types.Integer | types.String):
        return bears
    found = list(connection.scalars(select(*keys).where(bears(table.sa))))
    return bears if len(found) > _FEW else lambda person: person.c[table.primary[0]].in_(found)


def _bears(connection: Connection, local: LocalSystem, wanted: list[tuple[str, str]]) -> Asked:
    database, (bsns, stripped) = local.database, _sets(connection, wanted)
    short = [digits for bsn, digits in wanted if bsn != digits]

    def bears(person: FromClause) -> ColumnElement[bool]:
        bsn = person.c[local.shape.bsn]
        plain = database.as_text(bsn)
        otherwise = [database.odd(bsn)]
        if fits_nine_only(bsn, database) and len(short) <= _PATTERNS:
            # with anything but digits in nine characters, only a BSN that begins with a zero can be meant
            otherwise = [plain.like("%".join(["", *digits, ""])) for digits in short]
        return and_(or_(plain.in_(bsns), *otherwise), database.stripped_bsn(bsn).in_(stripped))

    return bears


def _sets(connection: Connection, wanted: list[tuple[str, str]]) -> tuple[Set, Set]:
    """Return the BSNs, and the BSNs stripped: few as a list, which the database may share out over its workers."""
    if len(wanted) <= _FEW:
        return [bsn for bsn, _ in wanted], [stripped for _, stripped in wanted]
    digits = cast(null(), String(9))
    gone = Scratch(connection, "hervat_gone", {"bsn": digits, "stripped": digits})
    gone.load(wanted)
    return select(gone.c.bsn), select(gone.c.stripped)


def _left(connection: Connection, local: LocalSystem, root: RootTable, asked: Asked) -> int:
    found = join_root(root, local.shape, local.schema, local.database)
    left = select(func.count()).select_from(found.joined).where(found.condition, asked(found.person))
    if local.system.policy == "restrict":
        left = left.where(unmarked_condition(local.marks, root.table, found.root))
    return connection.scalar(left) or 0
