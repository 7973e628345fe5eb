"""The layout of a picture: tables in layers, with few crossings."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from hervat.erasure.picture.layers import Pair, forward, layers, narrowed

GAP = 28.0
ROOM = 820.0  # the widest picture that the report shows without a scroll bar
_SWEEPS = 12
_SETTLING_SWEEPS = 80
_STRAIGHT = 8.0  # the weight of a straight line against the place of a box


def ordered(level: Mapping[str, int], steps: Sequence[Pair]) -> list[list[str]]:
    """Return the names layer by layer, ordered so that few steps cross: each near the middle of its neighbours."""
    rows: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for name, at in level.items():
        rows[at].append(name)
    near = _neighbours(steps)
    best, fewest = [list(row) for row in rows], crossings(rows, steps)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            place = {name: n for other in rows for n, name in enumerate(other)}
            middle = {name: _mean([place[neighbour] for neighbour in near[name]], place[name]) for name in row}
            row.sort(key=lambda name: middle[name])
        if (count := crossings(rows, steps)) < fewest:
            best, fewest = [list(row) for row in rows], count
    return best


def crossings(rows: Sequence[Sequence[str]], steps: Sequence[Pair]) -> int:
    """Return how many pairs of steps between the same layers cross."""
    place = {name: (at, n) for at, row in enumerate(rows) for n, name in enumerate(row)}
    between = defaultdict(list)
    for source, target in steps:
        if place[source][0] != place[target][0]:
            upper, lower = sorted((place[source], place[target]))
            between[upper[0]].append((upper[1], lower[1]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0 for ends in between.values() for n, a in enumerate(ends) for b in ends[:n]
    )


def settled(
    rows: Sequence[Sequence[str]], wide: Mapping[str, float], steps: Sequence[Pair], places: Collection[str]
) -> dict[str, float]:
    """Return the centres: each name moves to the middle of its neighbours as far as the others leave room.

    Every layer stays within ROOM, or within the widest layer if that is wider.
    """
    near, centre = _neighbours(steps), {}
    room = max([ROOM, *(sum(wide[name] + GAP for name in row) - GAP for row in rows)])
    for row in rows:
        x = -sum(wide[name] + GAP for name in row) / 2
        for name in row:
            centre[name] = x + wide[name] / 2
            x += wide[name] + GAP
    for sweep in range(_SETTLING_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            targets = [_mean([centre[neighbour] for neighbour in near[name]], centre[name]) for name in row]
            weights = [_STRAIGHT if name in places else 1.0 for name in row]
            widths = [wide[name] for name in row]
            centre.update(zip(row, within(room, spaced(targets, widths, weights), widths), strict=True))
    return centre


def within(room: float, centres: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Return the centres, moved inwards where a box would stick out of the room around 0; gaps are kept."""
    before = list(accumulate((width + GAP for width in widths), initial=0.0))
    after = before[-1] - GAP
    moved = list[float]()
    for centre, width, start in zip(centres, widths, before, strict=False):
        least, most = start + width / 2 - room / 2, room / 2 - (after - start) + width / 2
        moved.append(min(max(centre, least), most))
    return moved


def spaced(targets: Sequence[float], widths: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the centres nearest to the targets (least squares) with a gap between the boxes, in the same order."""
    offset, offsets = 0.0, list[float]()
    blocks = list[tuple[float, float, int]]()
    for at, (target, width) in enumerate(zip(targets, widths, strict=True)):
        offset += (widths[at - 1] + width) / 2 + GAP if at else 0.0
        offsets.append(offset)
        blocks.append((target - offset, weights[at], 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, p, n), (b, q, m) = blocks[-2:]
            blocks[-2:] = [((a * p + b * q) / (p + q), p + q, n + m)]
    flat = [value for value, _, count in blocks for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=True)]


def _neighbours(steps: Sequence[Pair]) -> defaultdict[str, list[str]]:
    near = defaultdict(list)
    for source, target in steps:
        near[source].append(target)
        near[target].append(source)
    return near


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


RISE = 62.0
_LANE = 10.0  # the width of a place that a line passes through
_PULL = 6


@dataclass(frozen=True)
class PictureLayout:
    """Left edges and layers by name; by pair, the centres that its arrow passes through in the layers between."""

    left: Mapping[str, float]
    layer: Mapping[str, int]
    bends: Mapping[Pair, tuple[float, ...]]
    width: float


def lay_out(widths: Mapping[str, float], pairs: Sequence[Pair], heavy: Collection[Pair] = ()) -> PictureLayout:
    """Return the layout of boxes of these widths; the first names are highest.

    heavy: pairs whose boxes are pulled under each other more strongly. An arrow over several layers passes through a
    narrow place in each, so that it crosses no box.
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
    bends = {pair: tuple(centre[place] - least for place in chain) for pair, chain in places.items()}
    edges = [left[name] + widths[name] for name in widths] + [
        bend + _LANE / 2 for chain in bends.values() for bend in chain
    ]
    return PictureLayout(left, level, bends, max(edges, default=0.0))


def _through(pairs: Sequence[Pair], level: Mapping[str, int]) -> tuple[list[Pair], dict[Pair, list[str]]]:
    """Return the pairs cut into steps of one layer each, and by pair the places that it passes through."""
    steps, places = [], {}
    for source, target in pairs:
        chain = [f"{source}\0{target}\0{n}" for n in range(1, level[target] - level[source])]
        places[source, target] = chain
        stops = [source, *chain, target]
        steps += list(itertools.pairwise(stops))
    return steps, places
