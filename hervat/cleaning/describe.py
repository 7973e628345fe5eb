"""What a footprint comes to, in words: its tables, the part each plays, and the keys by which rows are held."""

from typing import Any

from hervat.cleaning.schema import Key
from hervat.cleaning.system import LocalSystem


def describe(local: LocalSystem) -> list[dict[str, Any]]:
    """Return a line a table: the person table, the tables inside with their holders, and those that only point in."""
    shape = local.shape
    lines = [
        {
            "table": shape.person,
            "part": "person (never erased)",
            "keys": [_words(key) for root in shape.roots for key in root.path],
        }
    ]
    for name in shape.tables:
        part = "root" if name in shape.root_tables else "link table" if name in shape.links else "held"
        held = [f"held by {_words(one.key)}" for one in shape.holdings if one.held == name]
        lines.append({"table": name, "part": part, "keys": held})
    outside = [key for key in shape.pointing_in if key.table not in shape.tables]
    lines += [{"table": key.table, "part": "points in: set to null", "keys": [_words(key)]} for key in outside]
    return lines


def _words(key: Key) -> str:
    return f"{key.table}.{'+'.join(key.columns)}"
