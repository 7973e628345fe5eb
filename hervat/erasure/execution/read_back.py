"""Read-back after the commit: do the persons still have a root in the system?

It runs on a new connection, by other SQL than the erasure: every BSN in the system is stripped of what is not a digit
and of leading zeros, and looked up among these persons. It relies on no index, on no expected spelling, and on nothing
that the erasure found.

It does not prove:

1. that the rows below the roots are gone: before the commit every erased row was checked by its key (`proof`);
2. that copies outside the footprint are gone: backups, logs, history tables, replicas, text fields, other systems;
3. that the footprint is right: a table that it leaves out was never part of the plan;
4. anything about persons who were set aside;
5. that nobody puts a row back later: the next night finds it as a reappearance.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Select, String, and_, cast, func, null, or_, select, types

from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.marks import unmarked_condition
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.selection.persons import Persons, bsn_pairs, fits_nine_only
from hervat.erasure.selection.verdict import root_join
from hervat.erasure.statements.effects import keepers_met
from hervat.erasure.system import LocalSystem

_Set: TypeAlias = list[str] | Select[Any]
_PersonCondition: TypeAlias = Callable[[FromClause], ColumnElement[bool]]

_MAX_LISTED = 1000
_MAX_PATTERNS = 3  # up to here patterns cost less than the search for odd spellings


@dataclass(frozen=True)
class ErasureVerification:
    """The result of a read-back.

    bsns: how many BSNs were looked up. residual: by root table that was searched, how many of their true roots (under
    policy restrict: unmarked ones) are still present.
    """

    bsns: int
    residual: dict[str, int]

    @property
    def left(self) -> int:
        """The number of roots that are still present."""
        return sum(self.residual.values())

    @property
    def verified(self) -> bool:
        """True if no root is left."""
        return not self.left

    def __add__(self, other: "ErasureVerification") -> "ErasureVerification":
        """Return the result of two read-backs of one system together."""
        residual = Counter(self.residual)
        residual.update(other.residual)  # `+` would drop the tables without a residue
        return ErasureVerification(self.bsns + other.bsns, dict(residual))


def verify_erasure(local: LocalSystem, persons: Persons, set_aside: Collection[str]) -> ErasureVerification:
    """Read back which roots of these persons, without those set aside, are still present. See the module."""
    bsns = sorted({(bsn, bsn.lstrip("0")) for key, bsn in bsn_pairs(persons) if key not in set_aside})
    with translated_errors(local.name, "reading back"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            condition = _person_condition(connection, local, bsns)
            residual = {root.table: _residual(connection, local, root, condition) for root in local.shape.roots}
            return ErasureVerification(len(bsns), residual)
        finally:
            connection.rollback()


def _person_condition(connection: Connection, local: LocalSystem, bsns: list[tuple[str, str]]) -> _PersonCondition:
    """SQL condition: the person row has one of these BSNs.

    Few BSNs are looked up at once, so that the roots are then found by their keys; many in the query for the roots.
    """
    has_bsn = _bsn_condition(connection, local, bsns)
    table = local.schema[local.shape.person]
    keys = [table.column(name) for name in table.primary]
    if len(bsns) > _MAX_LISTED or len(keys) != 1 or not isinstance(keys[0].type, types.Integer | types.String):
        return has_bsn
    rows = list(connection.scalars(select(*keys).where(has_bsn(table.sa))))
    return has_bsn if len(rows) > _MAX_LISTED else lambda person: person.c[table.primary[0]].in_(rows)


def _bsn_condition(connection: Connection, local: LocalSystem, bsns: list[tuple[str, str]]) -> _PersonCondition:
    database, (whole, stripped) = local.database, _sets(connection, bsns)
    short = [digits for bsn, digits in bsns if bsn != digits]

    def has_bsn(person: FromClause) -> ColumnElement[bool]:
        bsn = person.c[local.shape.bsn]
        text = database.as_text(bsn)
        otherwise = [database.odd(bsn)]
        if fits_nine_only(bsn, database) and len(short) <= _MAX_PATTERNS:
            # nine characters that are not all digits: it can only be a BSN with leading zeros
            otherwise = [text.like("%".join(["", *digits, ""])) for digits in short]
        return and_(or_(text.in_(whole), *otherwise), database.stripped_bsn(bsn).in_(stripped))

    return has_bsn


def _sets(connection: Connection, bsns: list[tuple[str, str]]) -> tuple[_Set, _Set]:
    """Return the BSNs, and the stripped BSNs: few as a list, which the database may split over parallel workers."""
    if len(bsns) <= _MAX_LISTED:
        return [bsn for bsn, _ in bsns], [stripped for _, stripped in bsns]
    digits = cast(null(), String(9))
    gone = Scratch(connection, "hervat_gone", {"bsn": digits, "stripped": digits})
    gone.load(bsns)
    return select(gone.c.bsn), select(gone.c.stripped)


def _residual(connection: Connection, local: LocalSystem, root: RootTable, condition: _PersonCondition) -> int:
    roots = root_join(local, root)
    query = select(func.count()).select_from(roots.joined).where(roots.condition, condition(roots.person))
    if local.system.policy == "restrict":
        query = query.where(unmarked_condition(local.marks, root.table, roots.root))
    return connection.scalar(query) or 0


@dataclass(frozen=True)
class History:
    """How many erased rows the history of a table keeps, and the statement that deletes them there."""

    table: str
    rows: int
    statement: str


def history_kept(local: LocalSystem) -> tuple[History, ...]:
    """Return the tables whose history, where it can be counted, keeps erased rows. Raises CleaningError."""
    counted = [keeper for keeper in keepers_met(local) if keeper.history]
    if not counted:
        return ()
    with translated_errors(local.name, "counting what the history keeps"), local.engine.connect() as connection:
        histories = [
            History(keeper.table, int(connection.exec_driver_sql(keeper.history).scalar() or 0), keeper.statement)
            for keeper in counted
        ]
    return tuple(history for history in histories if history.rows)
