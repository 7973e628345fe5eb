"""What would fail tonight (rights, locks, blockers to come) and what is unwise, told before it happens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from hervat.cleaning import standing
from hervat.cleaning.beside import standing_beside, unclear
from hervat.cleaning.circles import circles
from hervat.cleaning.coverage.unlisted import unlisted
from hervat.cleaning.errors import guarded
from hervat.cleaning.fingerprint import keepers_met, triggers_met
from hervat.cleaning.indexes import missing_indexes
from hervat.cleaning.lost_meaning import told_of_all
from hervat.cleaning.nulling import nullings
from hervat.cleaning.order import deletion_order
from hervat.cleaning.polymorphic import kind_warnings
from hervat.cleaning.restrict_fit import unfit_marks
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.written import deleted_from, updated_in


def check(local: LocalSystem) -> list[str]:
    """Return what would fail tonight, each with the thing that lacks; [] when nothing would."""
    if local.database.is_file:
        return _files(local) + _marks(local)
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
    if not local.database.tried:
        found.append(f"hervat was never tried on a real {local.database.name} server: try it on a copy first")
    if not local.schema[shape.person].is_unique((shape.bsn,)):
        found.append(f"{shape.person}.{shape.bsn} is not unique: persons with several rows are set aside")
    missing = missing_indexes(shape, local.schema)
    if missing and local.system.policy == "erase" and local.database.looks_per_row and not local.system.allow_index:
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
    found += [*told_of_all(shape, local.schema, keep), *standing.told(shape, local.schema)]
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


def _files(local: LocalSystem) -> list[str]:
    path = Path(make_url(local.system.database or "").database or "")
    if local.system.policy == "retain":
        return []
    wrong = [] if os.access(path, os.W_OK) else [f"the database file {path.name} may not be written"]
    if not os.access(path.parent, os.W_OK):
        wrong.append(f"the folder of {path.name} may not be written: no lock file and no journal can be made there")
    return wrong


def _marks(local: LocalSystem) -> list[str]:
    if not local.marks:
        return []
    with guarded(local.name, "looking up columns"), local.engine.connect() as connection:
        return unfit_marks(connection, local)


def _rights(connection: Connection, local: LocalSystem) -> list[str]:
    database = local.database
    wrong = database.lacking(connection, [(right, *_place(local, name)) for right, name in _needed(local)])
    if local.system.policy == "erase" and local.system.allow_index:
        tables = sorted({one.table for one in missing_indexes(local.shape, local.schema)})
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
