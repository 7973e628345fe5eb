"""The contents of a picture of a footprint: tables with their parts, keys between them; and how a shape fills it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hervat.erasure.footprint.shape import INSIDE, Shape, parts_of, path_keys, words_of
from hervat.erasure.planning.table_counts import TableCounts
from hervat.erasure.system import LocalSystem

HOLDS, FINDS, LOOSE = "holds", "finds", "loose"


@dataclass(frozen=True)
class Box:
    """A table: its name, its part in the footprint, and its counts (None: not counted)."""

    name: str
    part: str
    rows: int | None = None
    reached: int | None = None
    stranded: int | None = None
    planned: int | None = None


@dataclass(frozen=True)
class Arrow:
    """An arrow between two tables. kind: holds (holder to held), finds (person to root), or loose.

    A loose key holds nothing: a plain reference, or one that is set to null.
    """

    source: str
    target: str
    key: str
    kind: str = HOLDS


@dataclass(frozen=True)
class Picture:
    """A footprint, ready to be drawn."""

    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = field(repr=False)

    @property
    def inside(self) -> int:
        """How many tables are inside the footprint."""
        return sum(box.part in INSIDE for box in self.boxes)


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
