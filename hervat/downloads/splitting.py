"""How a line is split into cells: by the delimiter, with quotes, and as Excel and others spoil it.

spaced: there is a space between a delimiter and the quote that opens a cell. A line that is one quoted cell as a whole,
as Excel writes lines that it did not split, is split once more.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Splitting:
    """A delimiter, and whether spaces follow it."""

    delimiter: str
    spaced: bool = False

    def records(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """Yield the cells of each record. Raises csv.Error, where strict also for a quote in the wrong place."""
        split = csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=self.spaced)
        return map(self._unwrapped, split)

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line that is a record. Raises csv.Error."""
        return next(self.records([line]), [])

    def _unwrapped(self, cells: list[str]) -> list[str]:
        if cells and self.delimiter in cells[0] and not any(cells[1:]) and "\n" not in cells[0]:
            inner = csv.reader([cells[0]], delimiter=self.delimiter, skipinitialspace=self.spaced)
            return next(inner, []) + cells[1:]
        return cells
