"""Layers of a picture: each table is below its holders, as near to the person as they allow. Names only, no drawing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[str, str]


def forward(names: Sequence[str], pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs with those reversed that would close a cycle; loops are left out.

    The first names are visited first, so a pair that leads back to a name nearer to the first is reversed.
    """
    below = defaultdict(list)
    for source, target in dict.fromkeys(pairs):
        if source != target:
            below[source].append(target)
    open_, done, acyclic = set[str](), set[str](), list[Pair]()

    def visit(at: str) -> None:
        open_.add(at)
        for to in below[at]:
            acyclic.append((to, at) if to in open_ else (at, to))
            if to not in open_ and to not in done:
                visit(to)
        open_.discard(at)
        done.add(at)

    for name in names:
        if name not in done:
            visit(name)
    return list(dict.fromkeys(acyclic))


def layers(names: Sequence[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """Return the layer of each name: 0 if nothing is above it, else one below the lowest name above it."""
    above = defaultdict(list)
    for source, target in pairs:
        above[target].append(source)
    level: dict[str, int] = {}

    def layer(name: str) -> int:
        if name not in level:
            level[name] = max((layer(upper) + 1 for upper in above[name]), default=0)
        return level[name]

    for name in names:
        layer(name)
    return level


def narrowed(
    layers_: Mapping[str, int], pairs: Iterable[Pair], widths: Mapping[str, float], widest: float
) -> dict[str, int]:
    """Return the layers with tables that hold nothing moved down, until no layer is wider than `widest`.

    A layer of tables that all hold others keeps its width.
    """
    level, holders = dict(layers_), {source for source, _ in pairs}
    at = 0
    while at <= max(level.values(), default=-1):
        row = [name for name in level if level[name] == at]
        over = sum(widths[name] for name in row) - widest
        for name in reversed([leaf for leaf in row if leaf not in holders]):
            if over > 0 and len(row) > 1:
                level[name] += 1
                over -= widths[name]
        at += 1
    return level
