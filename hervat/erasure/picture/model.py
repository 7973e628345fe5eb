"""The contents of a picture of a footprint: tables with their parts, and keys between them. Names and counts only."""

from dataclasses import dataclass, field

from hervat.erasure.footprint.parts import INSIDE

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
