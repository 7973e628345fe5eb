"""Small charts as SVG: panels above each other with a numbered scale, bars or a line, and labels below.

Attributes only: the report's policy allows no inline style, and in an artifact a chart is on its own.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from hervat.dutch import number
from hervat.erasure import FONT

WIDTH = 400
_SIZE, _LETTER = 12.5, 7.0  # of the text, and how wide one of its letters is, generously
_INK, _SOFT, _GRID, _FILL = "#1b1f24", "#4a5561", "#c9d1d9", "#154273"
_HIGH, _HEAD, _APART = 54, 28, 12
_EDGE, _RIGHT = 6, 24
_WIDEST_STEP = 80.0
_STEPS = (1, 2, 3, 4, 6, 8, 10)


@dataclass(frozen=True)
class Panel:
    """One measure: its title, the note at its right, a value a place; a line with points, or bars."""

    title: str
    values: Sequence[float]
    note: str = ""
    line: bool = False

    @property
    def ticks(self) -> list[float]:
        """The numbers on the scale: 0, a round maximum, and its half if that is as round."""
        top = ceiling(max(self.values, default=0))
        return [0, top] if top in (1, 3) else [0, round(top / 2, 12), top]


def ceiling(most: float) -> float:
    """Return the lowest round number that is at least `most`; 1 for nothing at all."""
    if most <= 0:
        return 1
    tens = 10.0 ** math.floor(math.log10(most))
    return float(round(next((step * tens for step in _STEPS if step * tens >= most * (1 - 1e-9)), 10 * tens), 12))


def chart(panels: Sequence[Panel], labels: Sequence[str], below: str) -> tuple[str, float]:
    """Return the panels as SVG elements, and their total height.

    labels: the places; as many are shown as there is room for. below: what the places are, in words.
    """
    left = _EDGE + 8 + _LETTER * max(len(spelled(tick)) for panel in panels for tick in panel.ticks)
    places = _Places(left, len(labels))
    parts, y = list[str](), 2.0
    for panel in panels:
        parts += _panel(panel, places, y)
        y += _HEAD + _HIGH + _APART
    y += 6
    parts += [_text(places.middle(at), y, labels[at], "middle") for at in _shown(labels, places)]
    parts.append(_text(left, y + 20, below, "start", _SOFT))
    return "".join(parts), y + 28


def whole(body: str, height: float, attributes: str) -> str:
    """Return the SVG element around a chart, with these attributes besides its size and font."""
    return (
        f'<svg {attributes} width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-family="{FONT}" font-size="{_SIZE}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>'
    )


def sentence(text: str) -> tuple[str, float]:
    """Return a line of text instead of a chart, and its height."""
    return _text(8, 24, text, "start"), 40.0


def spelled(value: float) -> str:
    """Return a number of a scale in Dutch: points between the thousands, a decimal comma."""
    return number(int(value)) if value == int(value) else f"{value:.12f}".rstrip("0").replace(".", ",")


@dataclass(frozen=True)
class _Places:
    """The x positions of the places, from left to right."""

    left: float
    count: int

    @property
    def step(self) -> float:
        return min(_WIDEST_STEP, (WIDTH - _RIGHT - self.left) / max(self.count, 1))

    def middle(self, at: int) -> float:
        return self.left + self.step * (at + 0.5)


def _shown(labels: Sequence[str], places: _Places) -> list[int]:
    """Return the labels that have room: the first and the last, and as many between them, evenly."""
    last = len(labels) - 1
    room = int(places.step * last / (_LETTER * max(map(len, labels), default=1) + 16))
    room = min(max(room, 1), last)
    return sorted({round(last * at / room) for at in range(room + 1)}) if last > 0 else list(range(len(labels)))


def _panel(panel: Panel, places: _Places, top: float) -> Iterator[str]:
    foot, most = top + _HEAD + _HIGH, panel.ticks[-1]
    yield _text(_EDGE, top + 14, panel.title, "start", weight=' font-weight="700"')
    yield _text(WIDTH - _EDGE, top + 14, panel.note, "end")
    for tick in panel.ticks:
        y, stroke = foot - _HIGH * tick / most, _GRID if tick else _SOFT
        yield f'<path d="M{places.left:.1f} {y:.1f}H{WIDTH - _EDGE}" stroke="{stroke}"/>'
        yield _text(places.left - 6, y + 4, spelled(tick), "end")
    yield f'<path d="M{places.left:.1f} {foot - _HIGH:.1f}V{foot:.1f}" stroke="{_SOFT}"/>'
    heights = [_HIGH * value / most for value in panel.values]
    yield from (_line if panel.line else _bars)(heights, places, foot)


def _bars(heights: Sequence[float], places: _Places, foot: float) -> Iterator[str]:
    """Yield a bar a place; a zero gets a line on the ground, so that it does not look like a gap."""
    width = min(places.step * 0.7, 28)
    for at, height in enumerate(heights):
        kind, fill, high = ("part", _FILL, max(height, 3)) if height else ("none", _SOFT, 1.5)
        x, y = places.middle(at) - width / 2, foot - high
        yield f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{high:.1f}" fill="{fill}"/>'


def _line(heights: Sequence[float], places: _Places, foot: float) -> Iterator[str]:
    points = [(places.middle(at), foot - height) for at, height in enumerate(heights)]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{way}" fill="none" stroke="{_FILL}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_FILL}"/>' for x, y in points)


def _text(x: float, y: float, text: str, anchor: str, fill: str = _INK, weight: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'
