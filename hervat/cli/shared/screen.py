"""The screen: colours, folding and progress on a terminal; plain whole lines for a file or a program."""

import json
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn
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
