"""Colours and sizes of a picture. SVG attributes only: the report's content security policy allows no inline style."""

from collections.abc import Mapping
from dataclasses import dataclass

from hervat.erasure.footprint.shape import HELD, KEPT, LINK, NULLED, PATH, PERSON, PLAIN, ROOT
from hervat.erasure.picture.model import FINDS, HOLDS, LOOSE, Box

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
INK = "#1b1f24"
STROKES: Mapping[str, tuple[str, str]] = {
    HOLDS: ("#37465a", ""),
    FINDS: ("#3f73a8", ""),
    LOOSE: ("#66717d", ' stroke-dasharray="5 4"'),
}
_NAME_LETTER, _SMALL_LETTER = 9.0, 6.5  # generous widths of a letter at 13.5 (bold) and at 11.5 pixels
_MAX_NAME = 34


@dataclass(frozen=True)
class Paint:
    """The look of the boxes of one part."""

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
    """Return a table's name, cut to fit in a box."""
    return name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"


def box_width(box: Box, *lines: str) -> float:
    """Return the width of a box with its name and the smaller lines below it."""
    return max(116.0, sum(map(_letter_width, shortened(box.name))) + 28, *(text_width(line) + 28 for line in lines))


def _letter_width(letter: str) -> float:
    return _NAME_LETTER * 1.2 if letter.isupper() else _NAME_LETTER


def text_width(text: str) -> float:
    """Return the width of a small text."""
    return len(text) * _SMALL_LETTER
