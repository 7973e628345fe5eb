"""Checks on one local system before anything is planned: rights, footprint, restrictions, columns nobody named."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, String, inspect, types
from sqlalchemy.dialects.mysql import INTEGER as MARIADB_INTEGER
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector

from hervat.erasure.errors import guarded
from hervat.erasure.footprint import places
from hervat.erasure.footprint.lost_keys import told_of_all
from hervat.erasure.footprint.marks import Mark
from hervat.erasure.footprint.polymorphic import kind_warnings
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.model import TableInfo
from hervat.erasure.schema.number_columns import kind_of
from hervat.erasure.selection.beside import standing_beside, unclear
from hervat.erasure.statements.cycles import circles, deletion_order
from hervat.erasure.statements.effects import deleted_from, keepers_met, triggers_met, updated_in
from hervat.erasure.statements.indexes import missing_indexes
from hervat.erasure.statements.nulling import nullings
from hervat.erasure.system import LocalSystem


def unlisted(local: LocalSystem) -> list[str]:
    """Return a warning for each such column of a table outside the footprint that is neither kept nor searched."""
    known = _known(local)
    linked = {(key.table, column) for key in local.shape.keys if not key.declared for column in key.columns}
    return [
        f"{name}.{column} by its name holds {what} and is not covered by the footprint; "
        "add it to links, keep or coverage"
        for name, table in sorted(local.schema.tables.items())
        if name not in known
        for column, what in _telling(table)
        if (name, column) not in linked
    ]


def _known(local: LocalSystem) -> set[str]:
    """Return the tables that the footprint is about, person and path among them, and those kept or searched."""
    keep = local.footprint.keep if local.footprint else []
    on_path = {name for root in local.shape.roots for key in root.path for name in (key.table, key.target)}
    return {*local.shape.tables, local.shape.person, *on_path, *keep, *(one.name for one in local.searched)}


def _telling(table: TableInfo) -> list[tuple[str, str]]:
    found = []
    for column in table.sa.columns:
        if kind_of(column) in ("number", "text", "other"):
            what = "BSNs" if says_bsn(column.name) else "V-nummers" if says_v_number(column.name) else ""
            found += [(column.name, what)] if what else []
    return found


_LISTED = re.compile(r"'((?:[^']|'')*)'")
_WHOLE = {types.SmallInteger: 2**15, types.BigInteger: 2**63, types.Integer: 2**31}


def unfit_marks(connection: Connection, local: LocalSystem) -> list[str]:
    """Return which marks the database would refuse or cut, each with what to do. Reads the catalogue alone."""
    look = inspect(connection)
    return [told for mark in local.marks for told in _unfit(look, local, mark)]


def _unfit(look: Inspector, local: LocalSystem, mark: Mark) -> Iterator[str]:
    table = local.schema[mark.table].sa
    found = {one["name"]: one for one in look.get_columns(table.name, table.schema)}
    column = found.get(mark.column)
    if column is None:
        return
    if _made_by_itself(column):
        yield f"restrict: {mark} is a generated column, which takes no value; name one that is written by hand"
    yield from _too_small(mark, column)
    if local.schema[mark.table].is_unique([mark.column]):
        yield f"restrict: {mark} is unique, so that a second restricted row is refused; name a column that is not"
    yield from _checks(local.database.checks(look, table), mark)


def _made_by_itself(column: ReflectedColumn) -> bool:
    identity: Any = column.get("identity") or {}
    return bool(column.get("computed")) or bool(identity.get("always"))


def _too_small(mark: Mark, column: ReflectedColumn) -> Iterator[str]:
    kind, value = column["type"], mark.value
    if isinstance(kind, String) and not isinstance(kind, types.Enum) and kind.length and isinstance(value, str):
        if len(value) > kind.length:
            yield (
                f"restrict: {mark} has room for {kind.length} characters and the mark has {len(value)}; write a shorter"
                " mark, or let the vendor widen the column"
            )
    elif isinstance(value, int) and not isinstance(value, bool) and not _holds(kind, value):
        yield f"restrict: {mark} is {kind}, in which this number does not fit; write a smaller one"


def _holds(kind: Any, value: int) -> bool:
    if isinstance(kind, types.Numeric) and kind.precision is not None:
        return bool(abs(value) < 10 ** (kind.precision - (kind.scale or 0)))
    if getattr(kind, "__visit_name__", "") == "TINYINT":
        return bool(-(2**7) <= value < (2**8 if kind.unsigned else 2**7))
    if isinstance(kind, MARIADB_INTEGER) and kind.unsigned:
        return 0 <= value < 2**32
    limit = next((limit for one, limit in _WHOLE.items() if isinstance(kind, one)), None)
    return limit is None or -limit <= value < limit


def _checks(found: Iterable[str], mark: Mark) -> Iterator[str]:
    """Yield the CHECKs on this column that list what may stand in it, the mark not among it."""
    for text in found:
        if not re.search(rf"(?<![\w]){re.escape(mark.column)}(?![\w])", text, re.IGNORECASE):
            continue
        listed = [value.replace("''", "'") for value in _LISTED.findall(text)]
        if listed and re.search(r"\bin\b|\bany\b|=", text, re.IGNORECASE) and str(mark.value) not in listed:
            yield f"restrict: a CHECK on {mark} lists what may stand there, and the mark is not among it: {text}"


def check(local: LocalSystem) -> list[str]:
    """Return what would fail tonight, each with the thing that lacks; [] when nothing would."""
    with guarded(local.name, "looking up rights"), local.engine.connect() as connection:
        return _rights(connection, local) + unfit_marks(connection, local)


def unwise(local: LocalSystem, looked: bool = True) -> list[str]:
    """Return what works and is still worth a thought. Unless `looked`, no row is read for it."""
    shape, found = local.shape, list(local.shape.notes)
    found += [
        f"neither where nor conditions: every row of {root.table} counts as registered under the Wi2021"
        for root in shape.roots
        if not root.conditions
    ]
    found += local.database.warnings()
    if not local.schema[shape.person].is_unique((shape.bsn,)):
        found.append(f"{shape.person}.{shape.bsn} is not unique: persons with several rows are set aside")
    missing = missing_indexes(shape, local.schema, local.database)
    if missing and local.system.policy == "erase" and not local.system.allow_index:
        found.append(
            f"{len(missing)} keys into the footprint have no index: erasing is slow; allow_index: true builds them"
        )
    found += [
        f"{keys} may not be null: a surviving row that points in by it would stop a plan"
        for one in nullings(shape, local.schema)
        if not one.columns and one.table not in shape.tables and (keys := ", ".join(map(str, one.keys)))
    ]
    broken = circles(deletion_order(shape), shape, local.schema, local.database) if deleted_from(local) else {}
    found += [told for one in broken.values() for told in one.stuck(shape.tables)]
    found += [str(one) for one in keepers_met(local)]
    found += [f"a cleaning sets off {one}" for one in triggers_met(local) if one.elsewhere or one.unseen]
    keep = local.footprint.keep if local.footprint else []
    found += [*told_of_all(shape, local.schema, keep), *places.told(shape, local.schema)]
    return found + unlisted(local) + (unclear_values(local) if looked else [])


def good_to_know(local: LocalSystem) -> list[str]:
    """Return what else stands in the columns whose texts decide, a line a column."""
    with _reading(local) as connection:
        return [str(one) for one in standing_beside(connection, local.shape, local.schema)]


def unclear_values(local: LocalSystem) -> list[str]:
    """Return which spellings are to be decided about, and which columns name rows by a kind that no link says."""
    kept = local.footprint.keep if local.footprint else []
    with _reading(local) as connection:
        found = unclear(standing_beside(connection, local.shape, local.schema))
        return [*found, *kind_warnings(connection, local.shape, local.schema, kept)]


@contextmanager
def _reading(local: LocalSystem) -> Iterator[Connection]:
    with guarded(local.name, "looking at what stands there"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        yield connection
        connection.rollback()


def _rights(connection: Connection, local: LocalSystem) -> list[str]:
    database = local.database
    wrong = database.lacking(connection, [(right, *_place(local, name)) for right, name in _needed(local)])
    if local.system.policy == "erase" and local.system.allow_index:
        tables = sorted({one.table for one in missing_indexes(local.shape, local.schema, database)})
        wrong += [
            f"allow_index: {name} belongs to another role, who alone may index it"
            for name in tables
            if not database.may_index(connection, *_place(local, name))
        ]
    return wrong


def _place(local: LocalSystem, name: str) -> tuple[str | None, str]:
    others = {one.name: one.sa for one in local.searched}  # views, and tables of schemas not read
    table = local.schema[name].sa if name in local.schema.tables else others[name]
    return table.schema, table.name


def _needed(local: LocalSystem) -> list[tuple[str, str]]:
    """Return (right, table)."""
    searched = {one.name for one in local.searched}
    needed = [("SELECT", name) for name in sorted({*local.schema.tables, *searched})]
    needed += [("DELETE", name) for name in sorted(deleted_from(local))]
    return needed + [("UPDATE", name) for name in sorted(updated_in(local))]
