"""What a picture of a footprint shows: tables with their parts, and the keys between them. Names and counts only."""

from dataclasses import dataclass, field

# The parts a table can play, in the order of the legend.
PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN = (
    "person", "path", "root", "held", "link", "nulled", "kept", "plain",
)  # fmt: skip
PARTS = (PERSON, PATH, ROOT, HELD, LINK, NULLED, KEPT, PLAIN)
HOLDS, FINDS, LOOSE = "holds", "finds", "loose"
INSIDE = (ROOT, HELD, LINK)


@dataclass(frozen=True)
class Box:
    """A table: its name, its part, and what is counted of it (rows, reached, stranded, planned; None: not counted)."""

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
