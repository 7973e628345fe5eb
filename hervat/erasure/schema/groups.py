"""Tables in groups, each after those that it depends on; a cycle is one group."""

from collections.abc import Collection, Iterable
from graphlib import TopologicalSorter

Group = tuple[str, ...]


def sorted_groups(names: Collection[str], pairs: Collection[tuple[str, str]]) -> list[Group]:
    """Return the names in groups such that the first of each pair comes before the second, or is in its group."""
    groups = _circles(names, pairs)
    before: dict[Group, set[Group]] = {group: set() for group in groups.values()}
    for first, second in pairs:
        if groups[first] != groups[second]:
            before[groups[second]].add(groups[first])
    return list(TopologicalSorter({group: sorted(ones) for group, ones in sorted(before.items())}).static_order())


def _circles(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, Group]:
    """Return for each name those with which it stands in a circle, itself among them."""
    reached = {name: set[str]() for name in sorted(names)}
    for first, second in pairs:
        reached[first].add(second)
    for through, further in reached.items():  # Warshall: each in turn as the one passed through
        for ones in reached.values():
            if through in ones:
                ones.update(further)
    return {name: tuple(sorted({name, *(one for one in reached[name] if name in reached[one])})) for name in reached}
