"""Tables and lists of answers: at most as wide as the terminal, with numbers, hashes and commands unbroken."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hervat.cli.shared.screen import GOOD, stdout, tell

_BETWEEN = 2  # blanks between two columns
_NARROWEST = 8  # a column that is folded gets at least this, or the rows are shown one below the other


def table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    fold: Sequence[str] | None = None,
    *,
    wide: bool = False,
) -> None:
    """Print a table; an empty one as `TITLE: none`.

    fold: the columns whose cells may be folded if the terminal is too narrow (None: all). If the others leave no room
    for them, each row is shown as lines of its own. wide: nothing is folded, whatever the width of the terminal.
    """
    console = stdout()
    if not rows:
        console.print(Text(f"{title}: none"))
        return
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(cell_len(columns[at]), *(_width(row[at]) for row in cells)) for at in range(len(columns))]
    if wide:
        console.width = sum(widths) + _BETWEEN * len(widths)
    may_fold = [fold is None or name in fold for name in columns]
    if not _fits(widths, may_fold, console.width):
        _stacked(console, title, columns, cells)
        return
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    shown.show_header = any(columns)
    for name, width, folds in zip(columns, widths, may_fold, strict=True):
        shown.add_column(name, overflow="fold", no_wrap=not folds, min_width=None if folds else width)
    for row in cells:
        shown.add_row(*row)
    console.print(shown)


def listing(title: str, lines: Sequence[str], style: str) -> None:
    """Print lines of text below a title in this colour; without lines `TITLE: none`, in green."""
    if not lines:
        tell("", lead=f"{title}: none", style=GOOD)
        return
    stdout().print(Text(title, style=style))
    for line in lines:
        tell(line)


def short_day(day: date | None, others: Sequence[date | None] = ()) -> str:
    """Return a day as 1 Mar, with its year if the table has days of another."""
    if day is None:
        return ""
    years = {other.year for other in others if other}
    return f"{day.day} {day:%b}" if years <= {day.year} else f"{day.day} {day:%b} {day.year}"


def _cell(value: Any) -> Text:
    return value if isinstance(value, Text) else Text("" if value is None else str(value))


def _width(cell: Text) -> int:
    return max(map(cell_len, cell.plain.split("\n")))


def _fits(widths: Sequence[int], may_fold: Sequence[bool], room: int) -> bool:
    least = [min(width, _NARROWEST) if folds else width for width, folds in zip(widths, may_fold, strict=True)]
    return sum(least) + _BETWEEN * (len(widths) - 1) <= room


def _stacked(console: Console, title: str, columns: Sequence[str], cells: Sequence[Sequence[Text]]) -> None:
    """Print each row as lines: its first cell, and the others indented below it."""
    console.print(Text(title, style="italic"))
    for first, *others in cells:
        console.print(first)
        for name, cell in zip(columns[1:], others, strict=True):
            if cell.plain:
                tell(cell.plain, lead=f"  {name}: ")
