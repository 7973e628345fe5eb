"""The header of a table: which column holds which field."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hervat.downloads.formats import Field, Format, squeezed
from hervat.downloads.refused import Wrong

MAX_COLUMNS = 200


@dataclass(frozen=True)
class Header:
    """Where each field stands; `width` columns have a name, `cells` counts unnamed ones at the end too."""

    positions: dict[Field, int]
    width: int
    cells: int
    extra: int
    row: int

    def fits(self, row: Sequence[str]) -> bool:
        """Say whether a row has as many cells as the header (what goes beyond the names must be empty)."""
        return self.width <= len(row) <= self.cells and not any(row[self.width :])


def known(cells: Sequence[str], format: Format) -> int:
    """Return how many of the cells are headers of the format."""
    return sum(squeezed(cell) in format.by_header for cell in cells)


def header_of(cells: Sequence[str], row: int, format: Format) -> Header:
    """Return the header that these cells are. Raises Wrong, which never tells what stood there."""
    if len(cells) > MAX_COLUMNS:
        raise Wrong("too_wide", f"has {len(cells)} columns", f"leave at most {MAX_COLUMNS}")
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
        mend = f"add them, or their names to the format {format.name}"
        raise Wrong("columns_missing", f"lacks the columns {', '.join(missing)}", mend)
