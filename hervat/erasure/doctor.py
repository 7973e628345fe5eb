"""Checks on one local system before anything is planned: rights, footprint, marks, columns that nobody listed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, String, inspect, types
from sqlalchemy.dialects.mysql import INTEGER as MARIADB_INTEGER
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector

from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.blind_spots import irrelevant_lost_keys, location_notes
from hervat.erasure.footprint.marks import Mark
from hervat.erasure.footprint.polymorphic import kind_warnings
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.model import TableInfo
from hervat.erasure.schema.number_columns import kind_of
from hervat.erasure.selection.other_values import other_values, unclear_spellings
from hervat.erasure.statements.cycles import breakable_cycles, deletion_order
from hervat.erasure.statements.effects import deleted_from, keepers_met, triggers_met, updated_in
from hervat.erasure.statements.indexes import missing_indexes
from hervat.erasure.statements.updates import nullings
from hervat.erasure.system import LocalSystem


def unlisted(local: LocalSystem) -> list[str]:
    """Return a warning for each column that by its name holds BSNs or V-nummers and that nothing covers."""
    known = _known(local)
    linked = {(key.table, column) for key in local.shape.keys if not key.declared for column in key.columns}
    return [
        f"{name}.{column} by its name holds {numbers} and is not covered by the footprint; "
        "add it to links, keep or coverage"
        for name, table in sorted(local.schema.tables.items())
        if name not in known
        for column, numbers in _number_columns(table)
        if (name, column) not in linked
    ]


def _known(local: LocalSystem) -> set[str]:
    """Return the tables of the footprint, the person and the path among them, and those kept or searched."""
    on_path = {name for root in local.shape.roots for key in root.path for name in (key.table, key.target)}
    return {
        *local.shape.tables,
        local.shape.person,
        *on_path,
        *local.keep,
        *(searched.name for searched in local.searched),
    }


def _number_columns(table: TableInfo) -> Iterator[tuple[str, str]]:
    """Yield (column, BSNs or V-nummers) for each column that holds them by its name."""
    for column in table.sa.columns:
        if kind_of(column) in ("number", "text", "other"):
            if says_bsn(column.name):
                yield column.name, "BSNs"
            elif says_v_number(column.name):
                yield column.name, "V-nummers"


_TEXT = re.compile(r"'((?:[^']|'')*)'")
_LIMITS = {types.SmallInteger: 2**15, types.BigInteger: 2**63, types.Integer: 2**31}


def unfit_marks(connection: Connection, local: LocalSystem) -> list[str]:
    """Return a line for each mark that the database would refuse or cut, with what to do. Reads the catalogue only."""
    inspector = inspect(connection)
    return [line for mark in local.marks for line in _unfit_mark(inspector, local, mark)]


def _unfit_mark(inspector: Inspector, local: LocalSystem, mark: Mark) -> Iterator[str]:
    table = local.schema[mark.table].sa
    columns = {column["name"]: column for column in inspector.get_columns(table.name, table.schema)}
    column = columns.get(mark.column)
    if column is None:
        return
    if _is_generated(column):
        yield f"restrict: {mark} is a generated column, which takes no value; choose an ordinary column"
    yield from _too_small(mark, column)
    if local.schema[mark.table].is_unique([mark.column]):
        yield f"restrict: {mark} is unique, so a second restricted row would be refused; choose a column that is not"
    yield from _excluding_checks(local.database.checks(inspector, table), mark)


def _is_generated(column: ReflectedColumn) -> bool:
    identity: Any = column.get("identity") or {}
    return bool(column.get("computed")) or bool(identity.get("always"))


def _too_small(mark: Mark, column: ReflectedColumn) -> Iterator[str]:
    kind, value = column["type"], mark.value
    if isinstance(kind, String) and not isinstance(kind, types.Enum) and kind.length and isinstance(value, str):
        if len(value) > kind.length:
            yield (
                f"restrict: {mark} has room for {kind.length} characters and the mark has {len(value)}; use a shorter"
                " mark, or let the vendor widen the column"
            )
    elif isinstance(value, int) and not isinstance(value, bool) and not _fits(kind, value):
        yield f"restrict: {mark} is {kind}, in which this number does not fit; use a smaller one"


def _fits(kind: Any, value: int) -> bool:
    if isinstance(kind, types.Numeric) and kind.precision is not None:
        return bool(abs(value) < 10 ** (kind.precision - (kind.scale or 0)))
    if getattr(kind, "__visit_name__", "") == "TINYINT":
        return bool(-(2**7) <= value < (2**8 if kind.unsigned else 2**7))
    if isinstance(kind, MARIADB_INTEGER) and kind.unsigned:
        return 0 <= value < 2**32
    limit = next((limit for integer, limit in _LIMITS.items() if isinstance(kind, integer)), None)
    return limit is None or -limit <= value < limit


def _excluding_checks(checks: Iterable[str], mark: Mark) -> Iterator[str]:
    """Yield a line for each CHECK on this column that lists the values allowed, without the mark."""
    for text in checks:
        if not re.search(rf"(?<![\w]){re.escape(mark.column)}(?![\w])", text, re.IGNORECASE):
            continue
        listed = [value.replace("''", "'") for value in _TEXT.findall(text)]
        if listed and re.search(r"\bin\b|\bany\b|=", text, re.IGNORECASE) and str(mark.value) not in listed:
            yield f"restrict: a CHECK on {mark} lists the values allowed, without the mark: {text}"


def check(local: LocalSystem) -> list[str]:
    """Return what would fail tonight, each with what is missing; [] if nothing would."""
    with translated_errors(local.name, "looking up rights"), local.engine.connect() as connection:
        found = _rights(connection, local) + unfit_marks(connection, local)
        unlockable = local.database.unlockable(local.engine)
    return found + ([unlockable] if unlockable else [])


def unwise(local: LocalSystem, looked: bool = True) -> list[str]:
    """Return what works but deserves attention. looked: read rows for it too."""
    shape, lines = local.shape, list(local.shape.notes)
    lines += [
        f"neither where nor conditions: every row of {root.table} counts as registered under the Wi2021"
        for root in shape.roots
        if not root.conditions
    ]
    lines += local.database.warnings()
    if not local.schema[shape.person].is_unique((shape.bsn,)):
        lines.append(f"{shape.person}.{shape.bsn} is not unique: persons with several rows are set aside")
    lines += [*_slow_keys(local), *_blocking_keys(local)]
    broken = breakable_cycles(deletion_order(shape), shape, local.schema, local.database) if deleted_from(local) else {}
    lines += [line for cycle in broken.values() for line in cycle.stuck(shape.tables)]
    lines += [str(keeper) for keeper in keepers_met(local)]
    triggers = triggers_met(local)
    lines += [f"a cleaning sets off {trigger}" for trigger in triggers if trigger.elsewhere or trigger.unseen]
    lines += [*irrelevant_lost_keys(shape, local.schema, local.keep), *location_notes(shape, local.schema)]
    return lines + unlisted(local) + (unclear_values(local) if looked else [])


def _slow_keys(local: LocalSystem) -> Iterator[str]:
    missing = missing_indexes(local.shape, local.schema, local.database)
    if missing and local.system.policy == "erase" and not local.system.allow_index:
        yield f"{len(missing)} keys into the footprint have no index: erasing is slow; allow_index: true builds them"


def _blocking_keys(local: LocalSystem) -> Iterator[str]:
    for nulling in nullings(local.shape, local.schema):
        if not nulling.columns and nulling.table not in local.shape.tables and nulling.keys:
            keys = ", ".join(map(str, nulling.keys))
            yield f"{keys} may not be null: a surviving row that points in by it would stop a plan"


def good_to_know(local: LocalSystem) -> list[str]:
    """Return a line for each column whose texts decide, with the other texts in it."""
    with _reading(local) as connection:
        return [str(beside) for beside in other_values(connection, local.shape, local.schema)]


def unclear_values(local: LocalSystem) -> list[str]:
    """Return the spellings to decide about, and the columns that refer to rows by a kind that no link lists."""
    with _reading(local) as connection:
        spellings = unclear_spellings(other_values(connection, local.shape, local.schema))
        return [*spellings, *kind_warnings(connection, local.shape, local.schema, local.keep)]


@contextmanager
def _reading(local: LocalSystem) -> Iterator[Connection]:
    with translated_errors(local.name, "reading the values"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        yield connection
        connection.rollback()


def _rights(connection: Connection, local: LocalSystem) -> list[str]:
    database = local.database
    errors = database.lacking(connection, [(right, *_place(local, name)) for right, name in _needed(local)])
    if local.system.policy == "erase" and local.system.allow_index:
        tables = sorted({index.table for index in missing_indexes(local.shape, local.schema, local.database)})
        errors += [
            f"allow_index: {name} is owned by another role; only the owner can create indexes on it"
            for name in tables
            if not database.may_index(connection, *_place(local, name))
        ]
    return errors


def _place(local: LocalSystem, name: str) -> tuple[str | None, str]:
    others = {searched.name: searched.sa for searched in local.searched}  # views, and tables of schemas not read
    table = local.schema[name].sa if name in local.schema.tables else others[name]
    return table.schema, table.name


def _needed(local: LocalSystem) -> list[tuple[str, str]]:
    """Return (right, table) for each right that the account needs."""
    searched = {other.name for other in local.searched}
    needed = [("SELECT", name) for name in sorted({*local.schema.tables, *searched})]
    needed += [("DELETE", name) for name in sorted(deleted_from(local))]
    return needed + [("UPDATE", name) for name in sorted(updated_in(local))]
