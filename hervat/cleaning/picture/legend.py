"""The small parts of a picture's SVG, and its legend."""

from collections.abc import Iterable
from html import escape

from hervat.cleaning.picture.model import Arrow
from hervat.cleaning.picture.paint import INK, PAINTS, STROKES, text_width
from hervat.cleaning.picture.wording import Wording
from hervat.cleaning.suggest.words import one_line

_LEGEND = 26.0


def group(x: float, y: float, parts: Iterable[str]) -> str:
    """Return parts at a place."""
    return f'<g transform="translate({x:.1f} {y:.1f})">{"".join(parts)}</g>'


def rect(part: str, width: float, height: float, round_: float) -> str:
    """Return a rounded box in the colours of a part."""
    paint = PAINTS[part]
    dash = ' stroke-dasharray="5 4"' if paint.dashed else ""
    return (
        f'<rect width="{width:.1f}" height="{height:.1f}" rx="{round_}" fill="{paint.fill}" '
        f'stroke="{paint.stroke}" stroke-width="1.5"{dash}/>'
    )


def legend(parts: list[str], arrows: Iterable[Arrow], wording: Wording, width: float) -> tuple[list[str], float]:
    """Return the legend's items, wrapped to the width, and its height."""
    items = [(wording.parts[part], rect(part, 18, 13, 3)) for part in parts]
    kinds = {one.kind for one in arrows}
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
    """Return a text, perhaps a name from a database, as it can stand in SVG."""
    return escape(one_line(text))
