"""The picture of a footprint: a box for each table, an arrow for each key."""

from collections.abc import Iterable, Iterator, Mapping

from hervat.erasure.footprint.parts import parts_of, path_keys, words_of
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.picture.model import FINDS, LOOSE, Arrow, Box, Picture
from hervat.erasure.planning.table_counts import TableCounts
from hervat.erasure.system import LocalSystem


def picture_of(
    name: str, shape: Shape, keep: Iterable[str] = (), counts: Mapping[str, TableCounts] | None = None
) -> Picture:
    """Return the picture of a system's footprint. keep: the tables that are never entered."""
    parts = parts_of(shape, keep)
    boxes = tuple(_box(table, part, (counts or {}).get(table)) for table, part in parts.items())
    return Picture(name, boxes, tuple(dict.fromkeys(_arrows(shape, parts))))


def picture_of_system(local: LocalSystem, counts: Mapping[str, TableCounts] | None = None) -> Picture:
    """Return the picture of an open system."""
    return picture_of(local.name, local.shape, local.keep, counts)


def _box(table: str, part: str, counts: TableCounts | None) -> Box:
    return Box(table, part, counts.rows, counts.reached, counts.stranded) if counts else Box(table, part)


def _arrows(shape: Shape, parts: Mapping[str, str]) -> Iterator[Arrow]:
    """Yield the path from person to root, then from each holder to what it holds, then the keys that hold nothing."""
    for key in path_keys(shape):
        yield Arrow(key.target, key.table, words_of(key), FINDS)
    for holding in shape.holdings:
        yield Arrow(holding.holder, holding.held, words_of(holding.key))
    drawn = {holding.key for holding in shape.holdings} | set(path_keys(shape))
    for key in shape.keys:
        if key in drawn or key.table not in parts or key.target not in parts:
            continue
        if key.table in shape.links and key.target in shape.tables:
            yield Arrow(key.target, key.table, words_of(key))  # a link row goes with either end
        elif key.table in shape.tables or key.target in shape.tables:
            yield Arrow(key.table, key.target, words_of(key), LOOSE)
