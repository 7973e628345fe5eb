"""Draw a picture as SVG: tables, the routes of the keys between them, and the legend."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from hervat.erasure.footprint.shape import KEPT, NULLED, PARTS
from hervat.erasure.picture.layers import Pair
from hervat.erasure.picture.layout import RISE, PictureLayout, lay_out
from hervat.erasure.picture.model import LOOSE, Arrow, Box, Picture
from hervat.erasure.picture.paint import FONT, INK, PAINTS, STROKES, box_width, shortened, text_width
from hervat.erasure.picture.wording import ENGLISH, Wording
from hervat.erasure.schema.column_names import one_line

_HEAD = 9.0


@dataclass(frozen=True)
class Route:
    """A line with its arrow head: SVG paths, its kind, and a title with its keys."""

    line: str
    head: str
    kind: str
    title: str


def routes(arrows: Sequence[Arrow], layout: PictureLayout, widths: Mapping[str, float], height: float) -> list[Route]:
    """Return a route for each pair of tables with arrows of one kind and direction between them."""
    grouped: defaultdict[tuple[Pair, str], list[Arrow]] = defaultdict(list)
    for arrow in arrows:
        grouped[(arrow.source, arrow.target), arrow.kind].append(arrow)
    lines = _Lines(layout, widths, height, list(grouped))
    return [
        Route(*lines.drawn(pair, kind), kind, ", ".join(arrow.key for arrow in group_))
        for (pair, kind), group_ in grouped.items()
    ]


class _Lines:
    """Gives every arrow its own port on the edge of a box, in the order of where it goes."""

    def __init__(
        self, layout: PictureLayout, widths: Mapping[str, float], height: float, pairs: list[tuple[Pair, str]]
    ) -> None:
        self._layout, self._widths, self._height = layout, widths, height
        foot, top = defaultdict(list), defaultdict(list)
        for pair, kind in pairs:
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

    def _ports(self, ends_of: Mapping[str, list[tuple[float, Pair, str]]]) -> dict[tuple[Pair, str], float]:
        ports = {}
        for name, ends in ends_of.items():
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


_LEGEND = 26.0


def group(x: float, y: float, parts: Iterable[str]) -> str:
    """Return SVG elements moved to a place."""
    return f'<g transform="translate({x:.1f} {y:.1f})">{"".join(parts)}</g>'


def rect(part: str, width: float, height: float, radius: float) -> str:
    """Return a rounded box in the colours of a part."""
    paint = PAINTS[part]
    dash = ' stroke-dasharray="5 4"' if paint.dashed else ""
    return (
        f'<rect width="{width:.1f}" height="{height:.1f}" rx="{radius}" fill="{paint.fill}" '
        f'stroke="{paint.stroke}" stroke-width="1.5"{dash}/>'
    )


def legend(parts: list[str], arrows: Iterable[Arrow], wording: Wording, width: float) -> tuple[list[str], float]:
    """Return the legend's items, wrapped to the width, and its height."""
    items = [(wording.parts[part], rect(part, 18, 13, 3)) for part in parts]
    kinds = {arrow.kind for arrow in arrows}
    items += [(text, _sample(kind)) for kind, text in wording.arrows.items() if kind in kinds]
    placed, x, y = [], 0.0, 0.0
    for text, swatch in items:
        needed = 26 + text_width(text) + 20
        if x and x + needed > width:
            x, y = 0.0, y + _LEGEND
        placed.append(group(x, y, [swatch, f'<text x="26" y="11" fill="{INK}">{plain(text)}</text>']))
        x += needed
    return placed, y + _LEGEND


def _sample(kind: str) -> str:
    colour, dash = STROKES[kind]
    return (
        f'<path d="M0 6.5h12" stroke="{colour}" stroke-width="1.6"{dash}/>'
        f'<path d="M20 6.5l-9 -4.5v9z" fill="{colour}"/>'
    )


def plain(text: str) -> str:
    """Return a text, perhaps a name from a database, escaped for SVG."""
    return escape(one_line(text))


_MARGIN = 24.0
_MIN_WIDTH = 560.0
_LOOP = 26.0


def svg_file(picture: Picture, wording: Wording = ENGLISH) -> str:
    """Return the picture as the content of an SVG file."""
    return svg(picture, wording).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def svg(picture: Picture, wording: Wording = ENGLISH) -> str:
    """Return the picture as an element of an HTML page."""
    counted = any(wording.counted(box) for box in picture.boxes)
    height = 68.0 if counted else 52.0
    widths = {box.name: box_width(box, wording.parts[box.part], wording.counted(box)) for box in picture.boxes}
    layout = _layout(picture, widths)
    parts = [part for part in PARTS if any(box.part == part for box in picture.boxes)]
    width = max(layout.width, _MIN_WIDTH)
    items, legend_height = legend(parts, picture.arrows, wording, width)
    bottom = max(layout.layer.values(), default=0) * (height + RISE) + height
    side = (width - layout.width) / 2
    body = [
        group(_MARGIN + side, _MARGIN, (_line(route) for route in routes(picture.arrows, layout, widths, height))),
        group(_MARGIN + side, _MARGIN, (_box(box, layout, widths, height, wording) for box in picture.boxes)),
        group(_MARGIN, _MARGIN + bottom + 36, items),
    ]
    return _whole(picture, wording, width + 2 * _MARGIN, bottom + legend_height + 36 + 2 * _MARGIN, body)


def _layout(picture: Picture, widths: Mapping[str, float]) -> PictureLayout:
    outside = {box.name for box in picture.boxes if box.part in (NULLED, KEPT)}
    pairs = [_downward(arrow, outside) for arrow in picture.arrows]
    loops = {arrow.source for arrow in picture.arrows if arrow.source == arrow.target}
    room = {name: width + (2 * _LOOP if name in loops else 0) for name, width in widths.items()}
    heavy = {pair for pair, arrow in zip(pairs, picture.arrows, strict=True) if arrow.kind != LOOSE}
    layout = _laid_out(tuple(room.items()), tuple(pairs), frozenset(heavy))
    left = {name: x + (_LOOP if name in loops else 0) for name, x in layout.left.items()}
    return PictureLayout(left, layout.layer, layout.bends, layout.width)


@lru_cache(maxsize=64)
def _laid_out(room: tuple[tuple[str, float], ...], pairs: tuple[Pair, ...], heavy: frozenset[Pair]) -> PictureLayout:
    """Return the layout of these boxes and arrows; gemeenten with the same model share it."""
    return lay_out(dict(room), pairs, heavy)


def _downward(arrow: Arrow, outside: Collection[str]) -> Pair:
    """Return which of the two tables is drawn above the other: one outside stays below what it points to."""
    return (arrow.target, arrow.source) if arrow.source in outside else (arrow.source, arrow.target)


def _whole(picture: Picture, wording: Wording, width: float, height: float, body: Iterable[str]) -> str:
    id_ = f"tables-{''.join(letter if letter.isalnum() else '-' for letter in picture.name)}"
    return (
        f'<svg role="img" lang="{wording.language}" '
        f'aria-labelledby="{id_}-title {id_}-desc" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" font-size="11.5">'
        f'<title id="{id_}-title">{plain(wording.title.format(picture.name))}</title>'
        f'<desc id="{id_}-desc">{plain(wording.described(picture))}</desc>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )


def _line(route: Route) -> str:
    colour, dash = STROKES[route.kind]
    return (
        f"<g><title>{plain(route.title)}</title>"
        f'<path d="{route.line}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'
        f'<path d="{route.head}" fill="{colour}"/></g>'
    )


def _box(box: Box, layout: PictureLayout, widths: Mapping[str, float], height: float, wording: Wording) -> str:
    width, counts, ink = widths[box.name], wording.counted(box), PAINTS[box.part].ink
    x, y = layout.left[box.name], layout.layer[box.name] * (height + RISE)
    first = height / 2 - (12 if counts else 3)
    lines = [(wording.parts[box.part], first + 17), (counts, first + 34)]
    smaller = "".join(
        f'<text x="{width / 2:.1f}" y="{at:.1f}" text-anchor="middle" fill="{ink}">{plain(line)}</text>'
        for line, at in lines
        if line
    )
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{plain(box.name)}</title>'
        f"{rect(box.part, width, height, 9)}"
        f'<text x="{width / 2:.1f}" y="{first:.1f}" text-anchor="middle" font-size="13.5" font-weight="700" '
        f'fill="{ink}">{plain(shortened(box.name))}</text>{smaller}</g>'
    )
