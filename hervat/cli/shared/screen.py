"""The screen: colours, folding, tables and progress on a terminal; plain whole lines for a file or a program.

A table is at most as wide as the terminal, with numbers, hashes and commands unbroken.
"""

import json
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

GOOD, WAITS, WRONG = "green", "yellow", "red"
_FOR_PROGRAMS = 200  # columns of a table that no person reads from a terminal
_A_MINUTE = 60.0
_COMMAND = re.compile(r"`[^`]+`")
_UNBROKEN = "\x1f"


def stdout() -> Console:
    """Return a console for answers: colours only on a terminal; output for a program is not folded."""
    width = None if sys.stdout.isatty() else _FOR_PROGRAMS
    return Console(highlight=False, soft_wrap=True, width=width)


def stderr() -> Console:
    """Return a console for progress and errors."""
    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def tell(text: str, *, lead: str = "", style: str = "", hang: int = 4, to: Console | None = None) -> None:
    """Print a text without markup; on a terminal it is folded between words, never within a `command`.

    lead: printed before it, in colour if `style` is one. hang: indentation of the following lines.
    """
    console = to or stdout()
    lines = f"{lead}{text}".split("\n")
    folded = [part for line in lines for part in _folded(line, hang, console.width)] if console.is_terminal else lines
    shown = Text("\n".join(folded))
    shown.stylize(style, 0, len(lead.rstrip()))
    console.print(shown)


def tell_error(text: str, lead: str = "error: ") -> None:
    """Print an error on standard error."""
    tell(text, lead=lead, style=WRONG, to=stderr())


def aside(text: str) -> None:
    """Print on standard error what happened besides the command itself; the exit status does not change."""
    stderr().print(f"hervat: {text}")


def print_plain(text: str) -> None:
    """Print a text on standard output as it is: no markup, no folding."""
    stdout().print(text, markup=False)


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def _folded(line: str, hang: int, width: int) -> list[str]:
    kept = _COMMAND.sub(lambda found: found.group().replace(" ", _UNBROKEN), line)
    folded = textwrap.wrap(
        kept,
        width,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return [part.replace(_UNBROKEN, " ") for part in folded] or [""]


def log_to(quiet: bool) -> Callable[[str], None]:
    """Return a function that prints progress on standard error, with the time; silent if `quiet`."""
    console = stderr()

    def log(text: str) -> None:
        tell(f"{datetime.now():%H:%M:%S} {text}", hang=9, to=console)

    return (lambda _text: None) if quiet else log


@contextmanager
def progress(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Yield a callback (done, total): one line that is redrawn on a terminal, else a line a minute."""
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TaskProgressColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        yield _by_the_minute(what)


def _by_the_minute(what: str) -> Callable[[int, int], None]:
    log, said = log_to(quiet=False), time.monotonic()

    def hear(done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said >= _A_MINUTE:
            said = time.monotonic()
            log(f"{what}: {done} of {total} ({done * 100 // total}%)")

    return hear


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
