"""A key that leads in from a table that is not read."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Outside:
    """A key of `table`, which is not read, to `target`.

    acts: it would cascade or set to null, or nobody would check it; else the database refuses what it forbids.
    """

    table: str
    target: str
    acts: bool
