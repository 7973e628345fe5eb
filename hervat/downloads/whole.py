"""Is a text whole? Its last line may have no end, and fewer cells than the header: cut off, or just written so."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from hervat.downloads.cells import TOTAL
from hervat.downloads.header import Header
from hervat.downloads.refused import Wrong
from hervat.downloads.rows import Row
from hervat.downloads.splitting import Splitting

LOOKED_AT = 1000
"""How many rows tell how a file is written."""

_WRONG = "ends in the middle of a row, without a line end, so it may be cut off"
_MEND = "look at its last row: is that whole, put a line end behind it; else download it again"


def refuse_cut(tail: str, splitting: Splitting, header: Header, rows: Callable[[], Iterator[Row]]) -> None:
    """Refuse a file whose last line has no end and too few cells, unless others have as few, or it is a total."""
    cells = splitting.cells(tail)
    if not any(cells) or len(cells) >= header.width or is_total(cells):
        return
    if not (header.fits(cells) and _is_usual(len(cells), rows)):
        raise Wrong("truncated", _WRONG, _MEND)


def is_total(cells: list[str]) -> bool:
    """Say whether a row's first words are those of a total or a trailer."""
    return re.match(TOTAL, next(filter(None, map(str.strip, cells)), "")) is not None


def _is_usual(width: int, rows: Callable[[], Iterator[Row]]) -> bool:
    """Say whether another row above the last one has as many cells."""
    first = list(islice(rows(), 1, LOOKED_AT))
    return any(len(cells) == width for _, cells in first[:-1])
