"""Tables that are alike are described by one object, so that statements about them are compiled once a process."""

from typing import Any

from sqlalchemy import Column, Table

_MOST = 2000
_known: dict[tuple[Any, ...], Table] = {}


def alike(dialect: str, table: Table) -> Table:
    """Return the description of an earlier table with this name and these columns, or this one.

    The gemeenten of a supplier have the same tables; each schema is read all the same.
    """
    if len(_known) >= _MOST:
        _known.clear()
    return _known.setdefault((dialect, table.schema, table.name, *map(_told, table.columns)), table)


def _told(column: Column[Any]) -> tuple[Any, ...]:
    """Return all that the description of a column says."""
    return (column.name, type(column.type), repr(column.type), repr(sorted(column.info.items())))
