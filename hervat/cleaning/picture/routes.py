"""The lines of the arrows: from the foot of a box to the head of another, through the gaps between the layers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hervat.cleaning.picture.layers import Pair
from hervat.cleaning.picture.layout import RISE, Layout
from hervat.cleaning.picture.model import Arrow

_HEAD = 9.0


@dataclass(frozen=True)
class Route:
    """One line with its head: SVG paths, its kind, and the keys that it stands for."""

    line: str
    head: str
    kind: str
    told: str


def routes(arrows: Sequence[Arrow], layout: Layout, widths: Mapping[str, float], height: float) -> list[Route]:
    """Return a route for each pair of tables with arrows between them; two ways between the same tables are two."""
    grouped: defaultdict[tuple[Pair, str], list[Arrow]] = defaultdict(list)
    for arrow in arrows:
        grouped[(arrow.source, arrow.target), arrow.kind].append(arrow)
    lines = _Lines(layout, widths, height, list(grouped))
    return [
        Route(*lines.drawn(pair, kind), kind, ", ".join(one.key for one in found))
        for (pair, kind), found in grouped.items()
    ]


class _Lines:
    """Gives every arrow its own place on the edge of a box, in the order of where it goes."""

    def __init__(
        self, layout: Layout, widths: Mapping[str, float], height: float, wanted: list[tuple[Pair, str]]
    ) -> None:
        self._layout, self._widths, self._height = layout, widths, height
        foot, top = defaultdict(list), defaultdict(list)
        for pair, kind in wanted:
            if pair[0] != pair[1]:
                upper, lower = self._down(pair)
                bends = layout.bends[upper, lower]
                foot[upper].append(((bends[:1] or (self._middle(lower),))[0], pair, kind))
                top[lower].append(((bends[-1:] or (self._middle(upper),))[0], pair, kind))
        self._foot, self._top = self._ports(foot), self._ports(top)

    def drawn(self, pair: Pair, kind: str) -> tuple[str, str]:
        """Return the line and the head of an arrow as SVG paths."""
        if pair[0] == pair[1]:
            return self._loop(pair[0])
        upper, lower = self._down(pair)
        rising = pair[0] == lower
        start, end = self._foot[pair, kind], self._top[pair, kind]
        y = self._y(upper) + self._height
        goal = self._y(lower)
        line, x = [f"M{start:.1f} {y + (_HEAD if rising else 0):.1f}"], start
        for at, bend in enumerate(self._layout.bends[upper, lower], self._layout.layer[upper] + 1):
            over = at * (self._height + RISE)
            line += [_curve(x, y, bend, over), f"V{over + self._height:.1f}"]
            x, y = bend, over + self._height
        line.append(_curve(x, y, end, goal - (0 if rising else _HEAD)))
        tip = (start, self._y(upper) + self._height, 1) if rising else (end, goal, -1)
        return "".join(line), f"M{tip[0]:.1f} {tip[1]:.1f}l-4.5 {tip[2] * _HEAD}h9z"

    def _down(self, pair: Pair) -> Pair:
        return pair if self._layout.layer[pair[0]] < self._layout.layer[pair[1]] else (pair[1], pair[0])

    def _y(self, name: str) -> float:
        return self._layout.layer[name] * (self._height + RISE)

    def _middle(self, name: str) -> float:
        return self._layout.left[name] + self._widths[name] / 2

    def _ports(self, found: Mapping[str, list[tuple[float, Pair, str]]]) -> dict[tuple[Pair, str], float]:
        ports = {}
        for name, ends in found.items():
            room = min(self._widths[name] - 40, 26.0 * (len(ends) - 1))
            for at, (_, pair, kind) in enumerate(sorted(ends)):
                share = at / (len(ends) - 1) - 0.5 if len(ends) > 1 else 0.0
                ports[pair, kind] = self._middle(name) + room * share
        return ports

    def _loop(self, name: str) -> tuple[str, str]:
        x, y = self._layout.left[name] + self._widths[name], self._y(name)
        high, low = y + self._height * 0.3, y + self._height * 0.7
        line = f"M{x:.1f} {high:.1f}c26 -6 26 {low - high + 6:.1f} {_HEAD} {low - high:.1f}"
        return line, f"M{x:.1f} {low:.1f}l{_HEAD} -4.5v9z"


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (y + to_y) / 2
    return f"C{x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}"
