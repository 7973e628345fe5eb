"""A header that has drifted: which columns are missing, which are new, and the mapping that would fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from hervat.downloads.formats import Field, Format, squeezed

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
