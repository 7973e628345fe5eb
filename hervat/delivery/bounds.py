"""Bounds agreed beforehand: by how much a delivery may differ from the last one before a person looks at it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hervat.settings.delivery import Bounds


@dataclass(frozen=True)
class Difference:
    """What differs more than was agreed. kind: records, group, leerroute (counts) or empty (share of the records)."""

    kind: str
    name: str
    before: float
    now: float
    bound: float

    def __str__(self) -> str:
        if self.kind == "empty":
            return (
                f"{self.name} is empty in {self.before:.0%} -> {self.now:.0%} of the records (bound {self.bound:.0%})"
            )
        what = "records" if self.kind == "records" else f"{self.kind} {self.name}"
        change = f"{(self.now - self.before) / self.before:+.0%}" if self.before else "new"
        return f"{what}: {self.before:.0f} -> {self.now:.0f} ({change}, bound {self.bound:.0%})"

    @property
    def dutch(self) -> str:
        """The same in Dutch."""
        if self.kind == "empty":
            return f"{self.name}: leeg bij {self.before:.0%} van de records, nu bij {self.now:.0%}"
        return f"{self._dutch_name()}: eerst {self.before:.0f}, nu {self.now:.0f}"

    def _dutch_name(self) -> str:
        kind = {"group": "groep", "leerroute": "leerroute"}.get(self.kind)
        if kind is None:
            return "records"
        return f"{kind} niet ingevuld" if self.name == "-" else f"{kind} {self.name}"


def outside(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Return where the figures (`Figures.as_json`) differ from those of the last delivery by more than was agreed."""
    return [*_counts(bounds, before, now), *_empty(bounds, before, now)]


def _counts(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _count(bounds, "records", "", before["records"], now["records"], bounds.records)
    for kind, key, bound in (("group", "groups", bounds.groups), ("leerroute", "leerroutes", bounds.leerroutes)):
        for name in sorted({*before[key], *now[key]}):
            yield from _count(bounds, kind, name, before[key].get(name, 0), now[key].get(name, 0), bound)


def _count(bounds: Bounds, kind: str, name: str, before: int, now: int, bound: float) -> Iterator[Difference]:
    changed = abs(now - before)
    if changed >= bounds.least and changed > bound * before:
        yield Difference(kind, name, before, now, bound)


def _empty(bounds: Bounds, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Hold the shares against each other; a kenmerk that the query did not give was empty in all records."""
    if not before["records"] or not now["records"]:
        return
    for name in sorted({*before["empty"], *now["empty"]}):
        was, is_ = (one["empty"].get(name, one["records"]) / one["records"] for one in (before, now))
        if abs(is_ - was) > bounds.empty and abs(is_ - was) * now["records"] >= bounds.least:
            yield Difference("empty", name, was, is_, bounds.empty)
