"""A footprint in words: its tables, the part that each plays, and the keys by which rows are held."""

from collections.abc import Mapping
from typing import Any

from hervat.erasure.footprint.shape import (
    HELD,
    KEPT,
    LINK,
    NULLED,
    PATH,
    PERSON,
    PLAIN,
    ROOT,
    Holding,
    Shape,
    parts_of,
    path_keys,
    words_of,
)
from hervat.erasure.planning.table_counts import TableCounts
from hervat.erasure.schema.model import Key
from hervat.erasure.system import LocalSystem

_PARTS = {
    PERSON: "person (never erased)",
    PATH: "on the path",
    ROOT: "root",
    HELD: "held",
    LINK: "link table",
    NULLED: "points in: set to null",
    KEPT: "kept (never entered)",
    PLAIN: "plain reference",
}


def describe(local: LocalSystem, counts: Mapping[str, TableCounts] | None = None) -> list[dict[str, Any]]:
    """Return a line for each table that takes part: its part, its keys and, with `counts`, its row counts."""
    lines = []
    for table, part in parts_of(local.shape, local.keep).items():
        line: dict[str, Any] = {"table": table, "part": _PARTS[part], "keys": _keys(local.shape, table, part)}
        if rows := (counts or {}).get(table):
            line |= {"rows": rows.rows, "reached": rows.reached, "stranded": rows.stranded}
        lines.append(line)
    return lines


def path_of(local: LocalSystem) -> list[str]:
    """Return the keys from the roots to the person."""
    return [words_of(key) for key in reversed(path_keys(local.shape))]


def conditions_of(local: LocalSystem) -> list[str]:
    """Return the conditions for a root under the Wi2021, as configured."""
    footprint = local.footprint
    if footprint is None:
        return []
    return [f"{name} = {value}" for name, value in footprint.where.items()] + footprint.conditions


def _keys(shape: Shape, table: str, part: str) -> list[str]:
    if part == LINK:
        return [f"goes with {words_of(key)}" for key in shape.keys_of(table) if key.target in shape.nodes]
    if part in (ROOT, HELD):
        return [_held_by(holding) for holding in shape.held_by(table)]
    if part == PERSON:
        return [words_of(key) for key in reversed(path_keys(shape))]
    return [words_of(key) for key in shape.keys if _touches(key, shape, table, part)]


def _held_by(holding: Holding) -> str:
    later = f" where {', '.join(map(words_of, holding.unless))} is empty" if holding.unless else ""
    return f"held by {words_of(holding.key)}{later}"


def _touches(key: Key, shape: Shape, table: str, part: str) -> bool:
    """True if this table outside touches the footprint by this key."""
    if part == PATH:
        return key in path_keys(shape) and table in (key.table, key.target)
    pointing = key.table == table and key in shape.pointing_in
    return pointing or (key.target == table and key.table in shape.tables)
