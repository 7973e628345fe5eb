"""Where each table and each arrow of a picture stands: layers from top to bottom, few crossings, no overlap."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hervat.cleaning.picture.layers import Pair, forward, layers, narrowed
from hervat.cleaning.picture.placing import GAP, ROOM, ordered, settled

RISE = 62.0
_LANE = 10.0  # how wide a place is that a line passes through
_PULL = 6


@dataclass(frozen=True)
class Layout:
    """Left edges and layers by name, and for each pair the centres that its arrow passes through between layers."""

    left: Mapping[str, float]
    layer: Mapping[str, int]
    bends: Mapping[Pair, tuple[float, ...]]
    width: float


def lay_out(widths: Mapping[str, float], pairs: Sequence[Pair], heavy: Collection[Pair] = ()) -> Layout:
    """Return where boxes of these widths stand; the first names stand highest.

    The arrows of `heavy` pairs pull their boxes under each other more than others do. An arrow over several layers
    passes through a narrow place in each, so that it crosses no box.
    """
    names = list(widths)
    downward = forward(names, pairs)
    gapped = {name: width + GAP for name, width in widths.items()}
    level = narrowed(layers(names, downward), downward, gapped, ROOM + GAP)
    steps, places = _through(downward, level)
    pull = steps + _PULL * [step for step in steps if step in heavy or step[::-1] in heavy]
    wide = {**widths, **{place: _LANE for chain in places.values() for place in chain}}
    at = {**level, **{place: level[pair[0]] + n for pair, chain in places.items() for n, place in enumerate(chain, 1)}}
    rows = ordered(at, steps)
    centre = settled(rows, wide, pull, {place for chain in places.values() for place in chain})
    least = min((centre[name] - wide[name] / 2 for name in wide), default=0.0)
    left = {name: centre[name] - wide[name] / 2 - least for name in widths}
    bends = {pair: tuple(centre[one] - least for one in chain) for pair, chain in places.items()}
    edges = [left[name] + widths[name] for name in widths] + [
        one + _LANE / 2 for chain in bends.values() for one in chain
    ]
    return Layout(left, level, bends, max(edges, default=0.0))


def _through(pairs: Sequence[Pair], level: Mapping[str, int]) -> tuple[list[Pair], dict[Pair, list[str]]]:
    """Return the pairs cut into steps of one layer each, and the places that each passes through."""
    steps, places = [], {}
    for source, target in pairs:
        chain = [f"{source}\0{target}\0{n}" for n in range(1, level[target] - level[source])]
        places[source, target] = chain
        stops = [source, *chain, target]
        steps += list(itertools.pairwise(stops))
    return steps, places
