"""Layers: each table stands below its holders, as near to the person as they allow. Names only, no drawing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[str, str]


def forward(names: Sequence[str], pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs with those turned round that would close a circle; loops are left out.

    The first names are walked first, so a pair is turned round where it leads back to what stands nearer to the first.
    """
    below = defaultdict(list)
    for source, target in dict.fromkeys(pairs):
        if source != target:
            below[source].append(target)
    open_, done, kept = set[str](), set[str](), list[Pair]()

    def walk(at: str) -> None:
        open_.add(at)
        for to in below[at]:
            kept.append((to, at) if to in open_ else (at, to))
            if to not in open_ and to not in done:
                walk(to)
        open_.discard(at)
        done.add(at)

    for name in names:
        if name not in done:
            walk(name)
    return list(dict.fromkeys(kept))


def layers(names: Sequence[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """Return the layer of each name: 0 without anything above it, else one below the lowest that is above it."""
    above = defaultdict(list)
    for source, target in pairs:
        above[target].append(source)
    found: dict[str, int] = {}

    def layer(name: str) -> int:
        if name not in found:
            found[name] = max((layer(one) + 1 for one in above[name]), default=0)
        return found[name]

    for name in names:
        layer(name)
    return found


def narrowed(
    found: Mapping[str, int], pairs: Iterable[Pair], widths: Mapping[str, float], widest: float
) -> dict[str, int]:
    """Return the layers with the tables of which nothing hangs moved down, until no layer is wider than `widest`.

    A layer of tables that all hold others stays as wide as it is.
    """
    level, holders = dict(found), {source for source, _ in pairs}
    at = 0
    while at <= max(level.values(), default=-1):
        row = [name for name in level if level[name] == at]
        over = sum(widths[name] for name in row) - widest
        for name in reversed([one for one in row if one not in holders]):
            if over > 0 and len(row) > 1:
                level[name] += 1
                over -= widths[name]
        at += 1
    return level
