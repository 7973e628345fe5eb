"""The figures of a delivery: counts by group and leerroute, and how often a kenmerk is empty. No persons."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hervat.delivery.records.layout import RecordLayout
from hervat.delivery.records.records import Part

NONE = "-"


@dataclass
class Figures:
    """The counts so far."""

    records: int = 0
    groups: Counter[str | None] = field(default_factory=Counter)
    leerroutes: Counter[str | None] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)

    def add(self, part: Part, layout: RecordLayout) -> None:
        """Count a part of the records."""
        self.records += part.size
        self.groups.update(part.of(layout.group))
        self.leerroutes.update(part.of(layout.leerroute))
        for kenmerk in layout.delivered:
            if (texts := part.texts.get(kenmerk.name)) is not None:
                self.empty[kenmerk.name] += texts.count(None)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they are stored; `-` counts persons without a group or leerroute."""
        return {
            "records": self.records,
            "groups": _named(self.groups),
            "leerroutes": _named(self.leerroutes),
            "empty": dict(self.empty),
        }


def _named(counts: Mapping[str | None, int]) -> dict[str, int]:
    return {name or NONE: count for name, count in sorted(counts.items(), key=lambda one: one[0] or "")}
