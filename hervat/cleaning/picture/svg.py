"""A picture as SVG: one image with a title and a description in words, of names and counts only."""

from collections.abc import Iterable, Mapping

from hervat.cleaning.picture.layout import RISE, Layout, lay_out
from hervat.cleaning.picture.legend import group, legend, plain, rect
from hervat.cleaning.picture.model import KEPT, LOOSE, NULLED, PARTS, Box, Picture
from hervat.cleaning.picture.paint import FONT, PAINTS, STROKES, box_width, shortened
from hervat.cleaning.picture.routes import Route, routes
from hervat.cleaning.picture.wording import ENGLISH, Wording

_MARGIN = 24.0
_LEAST = 560.0
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
    width = max(layout.width, _LEAST)
    items, legend_height = legend(parts, picture.arrows, wording, width)
    bottom = max(layout.layer.values(), default=0) * (height + RISE) + height
    side = (width - layout.width) / 2
    body = [
        group(_MARGIN + side, _MARGIN, (_line(one) for one in routes(picture.arrows, layout, widths, height))),
        group(_MARGIN + side, _MARGIN, (_box(one, layout, widths, height, wording) for one in picture.boxes)),
        group(_MARGIN, _MARGIN + bottom + 36, items),
    ]
    return _whole(picture, wording, width + 2 * _MARGIN, bottom + legend_height + 36 + 2 * _MARGIN, body)


def _layout(picture: Picture, widths: Mapping[str, float]) -> Layout:
    outside = {box.name for box in picture.boxes if box.part in (NULLED, KEPT)}
    pairs = [(one.target, one.source) if one.source in outside else (one.source, one.target) for one in picture.arrows]
    loops = {one.source for one in picture.arrows if one.source == one.target}
    room = {name: width + (2 * _LOOP if name in loops else 0) for name, width in widths.items()}
    found = lay_out(room, pairs, {pair for pair, one in zip(pairs, picture.arrows, strict=True) if one.kind != LOOSE})
    left = {name: x + (_LOOP if name in loops else 0) for name, x in found.left.items()}
    return Layout(left, found.layer, found.bends, found.width)


def _whole(picture: Picture, wording: Wording, width: float, height: float, body: Iterable[str]) -> str:
    mark = f"tables-{''.join(one if one.isalnum() else '-' for one in picture.name)}"
    return (
        f'<svg role="img" lang="{wording.language}" '
        f'aria-labelledby="{mark}-title {mark}-desc" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" font-size="11.5">'
        f'<title id="{mark}-title">{plain(wording.title.format(picture.name))}</title>'
        f'<desc id="{mark}-desc">{plain(wording.described(picture))}</desc>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )


def _line(route: Route) -> str:
    colour, dash = STROKES[route.kind]
    return (
        f"<g><title>{plain(route.told)}</title>"
        f'<path d="{route.line}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'
        f'<path d="{route.head}" fill="{colour}"/></g>'
    )


def _box(box: Box, layout: Layout, widths: Mapping[str, float], height: float, wording: Wording) -> str:
    width, told, ink = widths[box.name], wording.counted(box), PAINTS[box.part].ink
    x, y = layout.left[box.name], layout.layer[box.name] * (height + RISE)
    first = height / 2 - (12 if told else 3)
    lines = [(wording.parts[box.part], first + 17), (told, first + 34)]
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
