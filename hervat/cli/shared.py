"""What every command shares: options, printing, and how errors become exit statuses."""

import functools
import json
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from hervat.attention import agreeing, ending_of
from hervat.cli.screen import GOOD, WAITS, WRONG, log_to, progress, stderr, stdout, tell, tell_error
from hervat.cli.tables import listing, short_day, table
from hervat.closing import closing_all
from hervat.errors import ConfigurationError, HervatError, UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.night import Night
    from hervat.tasks.installation import Installation

__all__ = [
    "GOOD",
    "HERE",
    "WAITS",
    "WRONG",
    "AsOf",
    "By",
    "Code",
    "Config",
    "Json",
    "Reason",
    "command",
    "day",
    "first",
    "gathered",
    "listing",
    "log_to",
    "print_json",
    "print_plain",
    "progress",
    "short_day",
    "stderr",
    "stdout",
    "table",
    "tell",
    "tell_error",
    "tell_waiting",
]

P = ParamSpec("P")

Config = Annotated[
    Path, typer.Option("--config", envvar="HERVAT_CONFIG", help="The configuration directory.", show_default=".")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
Code = Annotated[str | None, typer.Option("--municipality", "-m", help="One municipality's code; left out: all.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day to act for; default today.")]
By = Annotated[str, typer.Option("--by", help="Your name: it goes into the journal.")]
Reason = Annotated[str, typer.Option("--reason", "--why", help="Why; it goes into the journal. No personal data.")]

HERE = Path()
_CONFIG: ContextVar[Path | None] = ContextVar("config", default=None)


def day(text: str | None) -> date | None:
    """Parse YYYY-MM-DD; None for None. Raises UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is not a date; use YYYY-MM-DD, such as 2022-03-25") from None


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def gathered(
    config: Path, municipality: str | None, read: Callable[["Session", str], Iterable[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what `read` reads of the register for each municipality, with its code."""
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    items: list[dict[str, Any]] = []
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            items += [{"municipality": configured.code, **item} for item in read(session, configured.code)]
    return items


def first(
    installation: "Installation", municipality: str | None, find: Callable[["Night"], int | None]
) -> tuple["Night", int]:
    """Return the first municipality's night for which `find` finds a number, and the number. Raises UsageError."""
    for night in installation.nights(municipality, origin="command line", log=aside):
        number = find(night)
        if number is not None:
            return night, number
    raise UsageError("there is no such file or incident; the `list` command shows them all")


def aside(text: str) -> None:
    """Print on standard error what happened besides the command itself; the exit status does not change."""
    stderr().print(f"hervat: {text}")


def print_plain(text: str) -> None:
    """Print a text on standard output as it is: no markup, no folding."""
    stdout().print(text, markup=False)


def tell_waiting(text: str) -> None:
    """Print what waits for a person, and below it the command that ends it or shows more."""
    tell(agreeing(text), lead="waits for a person: ", style=WAITS)
    if ending := ending_of(text):
        first = f"    {ending.first}:\n" if ending.first else ""
        stdout().print(f"{first}    {_here(ending.command)}", markup=False)


def _here(command: str) -> str:
    """Return the command with --config, where that was given on the command line."""
    config = _CONFIG.get()
    return command if config is None else f"{command} --config {shlex.quote(str(config))}"


def command(
    group: typer.Typer, name: str | None = None, epilog: str = ""
) -> Callable[[Callable[P, int | None]], Callable[P, None]]:
    """Register a command with its group. It ends with its exit status; errors are printed safely, as JSON if asked for.

    Safely: without a value that may be a person's (rule 7).
    """

    def registered(act: Callable[P, int | None]) -> Callable[P, None]:
        @functools.wraps(act)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            as_json = bool(kwargs.get("as_json"))
            _CONFIG.set(_named(kwargs.get("config")))
            try:
                with closing_all():
                    status = act(*args, **kwargs)
            except HervatError as error:
                _tell([*_texts(error), *error.also], as_json)
                status = error.exit_status
            except (typer.Exit, typer.Abort):
                raise
            except Exception as error:  # noqa: BLE001 - a foreign text may hold a value: only the place is printed
                _tell([_place(error), *getattr(error, "also", ())], as_json)
                status = 3
            raise typer.Exit(status or 0)

        return group.command(name, epilog=epilog)(run)

    return registered


def _named(config: object) -> Path | None:
    """Return the configuration directory unless it is the current one or that of the environment."""
    usual = (HERE, Path(os.environ.get("HERVAT_CONFIG", ".")))
    return config if isinstance(config, Path) and config not in usual else None


def _texts(error: HervatError) -> list[str]:
    return [str(problem) for problem in error.problems] if isinstance(error, ConfigurationError) else [str(error)]


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return f"unexpected {type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _tell(texts: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"errors": texts})
    for text in texts:
        tell_error(text, lead="hervat: ")
