"""Colours and sizes of a picture: attributes only, for the report's policy allows no style of an element's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from hervat.erasure.picture.model import FINDS, HELD, HOLDS, KEPT, LINK, LOOSE, NULLED, PATH, PERSON, PLAIN, ROOT, Box

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
INK = "#1b1f24"
STROKES: Mapping[str, tuple[str, str]] = {
    HOLDS: ("#37465a", ""),
    FINDS: ("#3f73a8", ""),
    LOOSE: ("#66717d", ' stroke-dasharray="5 4"'),
}
_NAME, _SMALL = 9.0, 6.5  # how wide a letter is at 13.5 (bold) and at 11.5 pixels, generously
_LONGEST = 34


@dataclass(frozen=True)
class Paint:
    """How the boxes of one part look."""

    fill: str
    stroke: str
    ink: str = INK
    dashed: bool = False


PAINTS: Mapping[str, Paint] = {
    PERSON: Paint("#dce8f4", "#154273", "#0f3158"),
    PATH: Paint("#f1f6fb", "#5c84ad"),
    ROOT: Paint("#154273", "#154273", "#ffffff"),
    HELD: Paint("#e4f2e9", "#1b5e36"),
    LINK: Paint("#efeaf8", "#5b3f8c"),
    NULLED: Paint("#fff4d6", "#8a5a00"),
    KEPT: Paint("#fdeee7", "#8a2a0b"),
    PLAIN: Paint("#ffffff", "#66717d", dashed=True),
}


def shortened(name: str) -> str:
    """Return a table's name as it fits in a box."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def box_width(box: Box, *lines: str) -> float:
    """Return how wide a box must be for its name and the smaller lines below it."""
    return max(116.0, sum(map(_letter, shortened(box.name))) + 28, *(len(line) * _SMALL + 28 for line in lines))


def _letter(one: str) -> float:
    return _NAME * 1.2 if one.isupper() else _NAME


def text_width(text: str) -> float:
    """Return how wide a small text is."""
    return len(text) * _SMALL
