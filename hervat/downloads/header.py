"""The header of a table: which column holds which field, and how far it has drifted from its format.

Of a drifted one: which columns are missing, which are new, and the mapping that would fit.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Self

import yaml

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


_NEAR = 0.6
_LONGEST = 40
_DATA = re.compile(r"\d{3}|^\s*[\d.,/+-]+\s*$|\d[-/.]\d")  # numbers, days and codes are in rows, not in headers
_PLAIN = re.compile(r"[^\W\d_][\w \-./()]*")


@dataclass(frozen=True)
class Drift:
    """The format's columns compared with a file's. `new`: names of columns that the format does not know.

    hidden: how many cells are not named, because the first row may be about a person. near: field -> new name.
    """

    matched: dict[Field, str]
    missing: list[Field]
    new: list[str]
    hidden: int
    near: dict[Field, str]
    needed: list[Field]

    @property
    def drifted(self) -> bool:
        """True if a required column is missing, or a new column looks like a missing one."""
        return bool(self.needed or self.near)


def drift_of(cells: Sequence[str], format: Format) -> Drift:
    """Compare the cells of a first row with the format's columns; an empty result if there are none."""
    if not cells:
        return Drift({}, [], [], 0, {}, [])
    fields = [(format.by_header.get(squeezed(cell)), cell) for cell in cells if squeezed(cell)]
    matched = {field: cell for field, cell in fields if field}
    missing = [field for field in format.columns if field not in matched]
    others = list(dict.fromkeys(cell for field, cell in fields if not field))
    names = [cell for cell in others if _is_name(cell)]
    near = _nearest(missing, names, format)
    if not _is_header(cells, len(matched) + len(near)):
        names, near = [], {}
    return Drift(matched, missing, names, len(others) - len(names), near, _needed(matched, format))


def _needed(matched: dict[Field, str], format: Format) -> list[Field]:
    gone = [field for field in format.required if field not in matched]
    if format.one_of and not matched.keys() & set(format.one_of):
        gone += [field for field in format.one_of if field not in gone]
    return gone


def _is_name(cell: str) -> bool:
    return len(cell) <= _LONGEST and _PLAIN.fullmatch(cell.strip()) is not None


def _is_header(cells: Sequence[str], recognised: int) -> bool:
    """True if the row is a header: nothing in it looks like data, and two cells look like the format's.

    A file without a header has a person in its first row, whose name must not be shown.
    """
    return recognised >= 2 and not any(_DATA.search(cell) for cell in cells)


def _nearest(missing: Sequence[Field], names: Sequence[str], format: Format) -> dict[Field, str]:
    """Return the new name that is nearest to each missing column, the surest pairs first; each name once."""
    pairs = sorted(
        ((_alike(name, format.columns[field]), field, name) for field in missing for name in names), reverse=True
    )
    nearest: dict[Field, str] = {}
    for alike, field, name in pairs:
        if alike >= _NEAR and field not in nearest and name not in nearest.values():
            nearest[field] = name
    return nearest


def _alike(name: str, known: Sequence[str]) -> float:
    """Return from 0 to 1 how alike a name is to the nearest of a column's names; one inside the other counts."""
    bare = squeezed(name)
    ratios = (SequenceMatcher(None, bare, squeezed(other)).ratio() for other in known)
    within = [len(other) / len(bare) for other in map(squeezed, known) if len(other) >= 3 and other in bare]
    return max([*ratios, *(0.7 + 0.3 * share for share in within)])


def proposal(drift: Drift, format: Format, delimiter: str | None = None, encoding: str | None = None) -> str | None:
    """Return the YAML of a format file under which the header would fit; None where none is needed."""
    content: dict[str, object] = {"name": f"{format.name}-changed", "like": format.name}
    if drift.near or (drift.needed and drift.new):
        content["columns"] = {
            field: [*names, *([drift.near[field]] if field in drift.near else [])]
            for field, names in format.columns.items()
        }
    if delimiter and delimiter not in format.delimiters:
        content["delimiters"] = [*format.delimiters, delimiter]
    if encoding and encoding not in format.encodings:
        content["encodings"] = [*format.encodings, encoding]
    if len(content) == 2:
        return None
    has_alternative = not drift.near.keys().isdisjoint(format.one_of)
    enough = {*drift.near, *(format.one_of if has_alternative else ())}
    left = [field for field in drift.needed if field not in enough] if drift.new else []
    note = [f"# Nothing in the file looks like {field}: add the name of its column.\n" for field in left]
    return "".join(note) + yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
