"""In which order tables are emptied: those that point before those that are pointed to; a circle goes at once."""

from collections.abc import Iterable
from graphlib import TopologicalSorter

from hervat.cleaning.schema import Key
from hervat.cleaning.shape import Shape


def deletion_order(shape: Shape) -> list[tuple[str, ...]]:
    """Return groups of tables; the tables of one group point to each other in a circle."""
    points = _reaching(shape.tables, [key for key in shape.keys if key.declared])
    groups = {name: _circle(name, points) for name in shape.tables}
    waits: dict[tuple[str, ...], set[tuple[str, ...]]] = {group: set() for group in groups.values()}
    for name, reached in points.items():
        for target in reached:
            if groups[target] != groups[name]:
                waits[groups[target]].add(groups[name])
    ordered = {group: sorted(before) for group, before in sorted(waits.items())}
    return list(TopologicalSorter(ordered).static_order())


def _reaching(tables: Iterable[str], keys: Iterable[Key]) -> dict[str, set[str]]:
    """Return for each table all tables inside that it points to, directly or by others."""
    reached = {name: set[str]() for name in sorted(tables)}
    for key in keys:
        if key.table in reached and key.target in reached:
            reached[key.table].add(key.target)
    for through, further in reached.items():  # Warshall: each table in turn as the one passed through
        for names in reached.values():
            if through in names:
                names.update(further)
    return reached


def _circle(name: str, points: dict[str, set[str]]) -> tuple[str, ...]:
    return tuple(sorted({name, *(other for other in points[name] if name in points[other])}))
