"""Rows of a made-up vendor. Whom a row is about is chosen when it is made, and its keys are written to fit that."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.vendor.schema import Entity, Key

WITHIN, OUTSIDE, LINK = "within", "outside", "link"


@dataclass(eq=False)
class Row:
    """A row. `about`: the registrations that it is about, none for a leftover; `points`: what its keys name."""

    table: Entity
    values: dict[str, Any]
    about: frozenset[int] = frozenset()
    kind: str = WITHIN
    points: dict[Key, "Row"] = field(default_factory=dict)
    decides: Key | None = None  # bookkeeping of the maker, never read by the truth
    covered: frozenset[int] = frozenset()

    def point(self, key: Key, target: "Row") -> None:
        """Let a key name a row."""
        self.points[key] = target
        for column, other in zip(key.columns, key.target.primary, strict=True):
            self.values[column] = target.values[other]


@dataclass
class Registration:
    """A person's registration under a law: `verdict` says Wi2021 (True), another law (False) or unknown (None)."""

    at: int
    bsn: str | None
    verdict: bool | None


@dataclass
class Vendor:
    """A schema with rows, what was written down about them, and the footprint that somebody who knows it gives."""

    tables: dict[str, Entity]
    rows: list[Row] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    doubles: set[str] = field(default_factory=set)
    footprint: dict[str, Any] = field(default_factory=dict)

    def of(self, table: Entity) -> list[Row]:
        """Return the rows of a table."""
        return [row for row in self.rows if row.table is table]

    def corrected(self, asked: set[str]) -> frozenset[int]:
        """Return the registrations that go when these BSNs are corrected."""
        single = asked - self.doubles
        return frozenset(one.at for one in self.registrations if one.bsn in single and one.verdict)
