"""Rows that would follow an update of the plan: a key ON UPDATE to a column that is set to null or marked.

The database would change them by itself, and the plan counts none of them.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, select

from hervat.cleaning.erasing import Erasure
from hervat.cleaning.joining import among, sides
from hervat.cleaning.restrict import unmarked_rows
from hervat.cleaning.schema import Key
from hervat.cleaning.system import LocalSystem

_TAME = ("", "NO ACTION", "RESTRICT")


def following(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return what stops a plan: rows that would be changed with a column that it sets, with the key's name."""
    found = []
    for key, updated in _met(local, erasure):
        source, target = local.schema[key.table].sa.alias(), local.schema[key.target].sa
        left, right = sides(key, source, target)
        wanted = select(func.count()).select_from(source).where(among(left, select(*right).where(updated)))
        if rows := connection.scalar(wanted):
            told = f"{rows} rows of {key.table} would change with it, for {key} follows it (ON UPDATE {key.on_update})"
            found.append(f"{key.target}.{', '.join(key.target_columns)}: {told}; let the administrator take that off")
    return found


def _met(local: LocalSystem, erasure: Erasure) -> Iterator[tuple[Key, ColumnElement[bool]]]:
    """Yield each following key with the condition of the rows that are updated in a column that it names."""
    for key in local.schema.keys:
        if key.on_update in _TAME:
            continue
        named = set(key.target_columns)
        if local.system.policy == "erase":
            for one in erasure.nullings:
                if one.table == key.target and named & set(one.columns):
                    yield key, erasure.pointing(one)
            continue
        for mark in local.marks:
            if mark.table == key.target and mark.column in named:
                yield key, unmarked_rows(mark, erasure.reach)
