"""How wide a sheet may be to be read on paper: one A4 across, and letters of eight points at least."""

from collections.abc import Iterable

FONT, SMALLEST = 11, 8  # points
_A4, _MARGIN = 297 / 25.4, 0.25  # inches: the long side, and what stays white at each end of it
_DOTS = 96  # pixels an inch, as a spreadsheet counts them
_DIGIT, _AROUND = 7, 5  # pixels: of a digit in Calibri 11, and of a cell beside its text
_SPARE = 0.98  # printers differ a little

MARGINS = {"left": _MARGIN, "right": _MARGIN, "top": 0.6, "bottom": 0.6}
WIDEST = int((_A4 - 2 * _MARGIN) * _DOTS * _SPARE * FONT / SMALLEST)
"""Pixels: what is wider has to shrink below the smallest letters to stay on one page."""


def pixels(widths: Iterable[float]) -> int:
    """Return how wide columns of these widths (in digits) are together."""
    return sum(int(width * _DIGIT + _AROUND) for width in widths)


def points(widths: Iterable[float]) -> float:
    """Return how large the letters are when columns of these widths stand on one page; they are never enlarged."""
    return min(FONT, WIDEST * SMALLEST / pixels(widths))
