"""Columns that by their name hold BSNs or V-nummers, and that neither footprint nor coverage knows. Reads no row."""

from hervat.cleaning.coverage.columns import kind_of
from hervat.cleaning.coverage.naming import says_bsn, says_v_number
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.system import LocalSystem


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
