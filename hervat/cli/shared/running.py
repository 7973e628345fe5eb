"""`@command`: register a command, end it with its exit status, print errors safely."""

import functools
import os
import shlex
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import ParamSpec

import typer

from hervat.attention import agreeing, ending_of
from hervat.cli.shared.options import HERE
from hervat.cli.shared.screen import WAITS, print_json, stdout, tell, tell_error
from hervat.closing import closing_all
from hervat.errors import ConfigurationError, HervatError

P = ParamSpec("P")

_CONFIG: ContextVar[Path | None] = ContextVar("config", default=None)


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
