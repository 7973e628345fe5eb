"""The header of a table: which column holds which field."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from hervat.downloads.cells import stands_for_nothing
from hervat.downloads.formats import Field, Format, squeezed
from hervat.downloads.refused import Wrong

MAX_COLUMNS = 200
_MAY_BE_LEFT_OUT = ("signaalomschrijving", "datum_kennisgeving")


@dataclass(frozen=True)
class Header:
    """The position of each field; `width`: columns with a name, `cells`: the most cells a row can have.

    `least`: the fewest cells a row can have that leaves out its last ones. Cells that say who a row is about and what
    it means are never left out: a row without them may be a piece of a row.
    """

    positions: dict[Field, int]
    width: int
    cells: int
    extra: int
    row: int

    @property
    def least(self) -> int:
        """The number of cells up to the last column that no row may leave out."""
        return 1 + max(place for field, place in self.positions.items() if field not in _MAY_BE_LEFT_OUT)

    def fits(self, row: Sequence[str]) -> bool:
        """True if a row has as many cells as the header, empty ones at the end more or less.

        What goes beyond the names must be empty; a row that leaves cells out ends in one that is not.
        """
        if len(row) < self.width:
            return len(row) >= self.least and bool(row[-1])
        return len(row) <= self.cells and not any(row[self.width :])

    def with_empty_ends(self, rows: Sequence[Sequence[str]]) -> Self:
        """Return the header of a file that has these first rows, most of which may end in a delimiter too many.

        One row that has an empty cell too many where the others have not may be shifted: that one does not fit.
        """
        usual = [width for width, count in Counter(map(len, rows)).items() if 2 * count > len(rows)]
        return replace(self, cells=max([self.cells, *usual]))


def known(cells: Sequence[str], format: Format) -> int:
    """Return the number of cells that are headers of the format."""
    return sum(squeezed(cell) in format.by_header for cell in cells)


def header_of(cells: Sequence[str], row: int, format: Format) -> Header:
    """Return the header in these cells. Raises Wrong, which never quotes a cell."""
    if len(cells) > MAX_COLUMNS:
        raise Wrong("too_wide", f"has {len(cells)} columns", f"leave at most {MAX_COLUMNS}")
    if broken := [str(place) for place, cell in enumerate(cells, 1) if stands_for_nothing(cell)]:
        wrong = f"has an error or a formula without a value in its header (column {', '.join(broken)})"
        raise Wrong("columns_missing", wrong, "write the name of the column there")
    named = [squeezed(cell) for cell in cells]
    width = max((place for place, name in enumerate(named, 1) if name), default=0)
    fields = [format.by_header.get(name) for name in named]
    if not any(fields):
        raise Wrong("not_a_table", f"has no header of the format {format.name}", "put the header on the first row")
    if doubled := [field for field, count in Counter(fields).items() if field and count > 1]:
        raise Wrong("columns_doubled", f"has more than one column for {', '.join(doubled)}", "leave one of each")
    positions = {field: place for place, field in enumerate(fields) if field}
    _refuse_missing(positions, format)
    return Header(positions, width, len(cells), width - len(positions), row)


def _refuse_missing(positions: dict[Field, int], format: Format) -> None:
    missing = [format.columns[field][0] for field in format.required if field not in positions]
    if format.one_of and not positions.keys() & set(format.one_of):
        missing.append(" or ".join(format.columns[field][0] for field in format.one_of))
    if missing:
        advice = f"add them, or their names to the format {format.name}"
        raise Wrong("columns_missing", f"lacks the columns {', '.join(missing)}", advice)
