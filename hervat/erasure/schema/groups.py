"""Topological sort of tables into groups; each cycle is one group."""

from collections.abc import Collection, Iterable
from graphlib import TopologicalSorter

Group = tuple[str, ...]


def sorted_groups(names: Collection[str], pairs: Collection[tuple[str, str]]) -> list[Group]:
    """Return the names in groups, so that the first of each pair comes before the second or shares its group."""
    group_of = _cycles(names, pairs)
    before: dict[Group, set[Group]] = {group: set() for group in group_of.values()}
    for first, second in pairs:
        if group_of[first] != group_of[second]:
            before[group_of[second]].add(group_of[first])
    graph = {group: sorted(predecessors) for group, predecessors in sorted(before.items())}
    return list(TopologicalSorter(graph).static_order())


def _cycles(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, Group]:
    """Return for each name the members of its cycle, itself included."""
    reached = {name: set[str]() for name in sorted(names)}
    for first, second in pairs:
        reached[first].add(second)
    for through, further in reached.items():  # Warshall's algorithm
        for targets in reached.values():
            if through in targets:
                targets.update(further)
    mutual = {name: {other for other in reached[name] if name in reached[other]} for name in reached}
    return {name: tuple(sorted({name, *others})) for name, others in mutual.items()}
