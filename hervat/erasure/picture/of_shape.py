"""A footprint as a picture: which part each table plays, and which keys hold."""

from collections.abc import Iterable, Mapping

from hervat.erasure.footprint.shape import Shape
from hervat.erasure.picture.counted import Rows
from hervat.erasure.picture.model import (
    FINDS,
    HELD,
    KEPT,
    LINK,
    LOOSE,
    NULLED,
    PATH,
    PERSON,
    PLAIN,
    ROOT,
    Arrow,
    Box,
    Picture,
)
from hervat.erasure.schema.model import Key
from hervat.erasure.system import LocalSystem


def picture_of(name: str, shape: Shape, kept: Iterable[str] = (), rows: Mapping[str, Rows] | None = None) -> Picture:
    """Return the picture of a system's footprint; `kept`: the tables that are never entered; `rows`: counts."""
    parts = parts_of(shape, kept)
    counted = rows or {}
    boxes = tuple(_box(table, part, counted.get(table)) for table, part in parts.items())
    return Picture(name, boxes, tuple(dict.fromkeys(_arrows(shape, parts))))


def picture_of_system(local: LocalSystem, rows: Mapping[str, Rows] | None = None) -> Picture:
    """Return the picture of an open system, with what its footprint keeps out."""
    return picture_of(local.name, local.shape, kept_by(local), rows)


def kept_by(local: LocalSystem) -> list[str]:
    """Return the tables that the footprint never enters, as the database spells them."""
    return local.footprint.keep if local.footprint else []


def parts_of(shape: Shape, kept: Iterable[str] = ()) -> dict[str, str]:
    """Return the part of every table that is shown: person first, then root to leaf, then what stays outside."""
    parts = {shape.person: PERSON} | {key.table: PATH for key in path_keys(shape)}
    for table in shape.tables:
        parts[table] = ROOT if table in shape.root_tables else LINK if table in shape.links else HELD
    shut = set(kept)
    for key in shape.pointing_in:
        parts.setdefault(key.table, KEPT if key.table in shut else NULLED)
    for key in shape.keys:
        if key.table in shape.tables:
            parts.setdefault(key.target, KEPT if key.target in shut else PLAIN)
    return parts


def _box(table: str, part: str, rows: Rows | None) -> Box:
    return Box(table, part, rows.rows, rows.reached, rows.stranded) if rows else Box(table, part)


def _arrows(shape: Shape, parts: Mapping[str, str]) -> Iterable[Arrow]:
    """Yield the path from person to root, then who holds whom, then the keys that hold nothing."""
    for key in path_keys(shape):
        yield Arrow(key.target, key.table, words_of(key), FINDS)
    for one in shape.holdings:
        yield Arrow(one.holder, one.held, words_of(one.key))
    holding = {one.key for one in shape.holdings} | set(path_keys(shape))
    for key in shape.keys:
        if key in holding or key.table not in parts or key.target not in parts:
            continue
        if key.table in shape.links and key.target in shape.tables:
            yield Arrow(key.target, key.table, words_of(key))  # a link row goes with either end
        elif key.table in shape.tables or key.target in shape.tables:
            yield Arrow(key.table, key.target, words_of(key), LOOSE)


def path_keys(shape: Shape) -> tuple[Key, ...]:
    """Return the keys by which roots lead to the person, each once, nearest to the person first."""
    return tuple(dict.fromkeys(key for root in shape.roots for key in reversed(root.path)))


def words_of(key: Key) -> str:
    """Return a key as table.column, or table.column+column, with the kind that it is bound to."""
    when = f" when {key.when}" if key.when else ""
    return f"{key.table}.{'+'.join(key.columns)}{when}"
