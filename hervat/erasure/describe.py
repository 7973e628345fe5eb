"""What a footprint comes to, in words: its tables, the part each plays, and the keys by which rows are held."""

from collections.abc import Mapping
from typing import Any

from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.picture.counted import Rows
from hervat.erasure.picture.model import HELD, KEPT, LINK, NULLED, PATH, PERSON, PLAIN, ROOT
from hervat.erasure.picture.of_shape import kept_by, parts_of, path_keys, words_of
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


def describe(local: LocalSystem, rows: Mapping[str, Rows] | None = None) -> list[dict[str, Any]]:
    """Return a line a table: the person table, the tables inside with their holders, and those left out.

    With `rows` each line has what was counted of its table.
    """
    shape, counted = local.shape, rows or {}
    lines = []
    for table, part in parts_of(shape, kept_by(local)).items():
        line: dict[str, Any] = {"table": table, "part": _PARTS[part], "keys": _keys(shape, table, part)}
        if found := counted.get(table):
            line |= {"rows": found.rows, "reached": found.reached, "stranded": found.stranded}
        lines.append(line)
    return lines


def path_of(local: LocalSystem) -> list[str]:
    """Return the keys from the roots to the person."""
    return [words_of(key) for key in reversed(path_keys(local.shape))]


def conditions_of(local: LocalSystem) -> list[str]:
    """Return what makes a root one of the Wi2021, as the configuration says it."""
    footprint = local.footprint
    if footprint is None:
        return []
    return [f"{name} = {value}" for name, value in footprint.where.items()] + footprint.conditions


def _keys(shape: Shape, table: str, part: str) -> list[str]:
    if part in (ROOT, HELD, LINK):
        held = [_held(one) for one in shape.holdings if one.held == table]
        ends = [f"goes with {words_of(key)}" for key in shape.keys_of(table) if key.target in shape.nodes]
        return ends if part == LINK else held
    if part == PERSON:
        return [words_of(key) for key in reversed(path_keys(shape))]
    return [words_of(key) for key in shape.keys if _between(key, shape, table, part)]


def _held(one: Holding) -> str:
    later = f" where {', '.join(map(words_of, one.unless))} is empty" if one.unless else ""
    return f"held by {words_of(one.key)}{later}"


def _between(key: Key, shape: Shape, table: str, part: str) -> bool:
    """Say whether a key is one by which a table outside touches the footprint."""
    if part == PATH:
        return key in path_keys(shape) and table in (key.table, key.target)
    pointing = key.table == table and key in shape.pointing_in
    return pointing or (key.target == table and key.table in shape.tables)
