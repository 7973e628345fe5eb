"""The Typer app. Each group of commands is in a file of its own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from hervat import __version__
from hervat.acting import doing
from hervat.cli.shared import print_json

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer exports this one, not its base


class Commands(TyperGroup):
    """The root group; prints wrong usage as one JSON object too."""

    _json = False

    def main(self, args: Any = None, *rest: Any, **more: Any) -> Any:
        """Run a command as typer does; remember whether JSON was asked for, and for the journal which command it is."""
        given = sys.argv[1:] if args is None else list(args)
        self._json = "--json" in given
        with doing(" ".join(self._words(given))):
            return super().main(args, *rest, **more)

    def _words(self, given: list[str]) -> Iterator[str]:
        """Yield the words of the command that was given, without its options and values."""
        command: Any = self
        for word in given:
            command = getattr(command, "commands", {}).get(word)
            if command is None:
                return
            yield word

    def invoke(self, ctx: Any) -> Any:
        """Invoke the chosen command; what the parser rejects ends with exit status 2, as usual."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            if self._json:
                print_json({"errors": [error.format_message()]})  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    name="hervat",
    cls=Commands,
    help="Puts a gemeente's administration right after wrong registrations under the Wet inburgering 2021.",
    epilog="Exit status: 0 done; 1 done, something waits for a person; 2 usage or configuration; 3 something failed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _commit(package: Path) -> str:
    """Return the commit: from a checkout as git describes it now, else as the build wrote it down; "" if unknown."""
    import subprocess

    if (package.parent / ".git").exists():
        command = ["git", "-C", str(package.parent), "describe", "--tags", "--always", "--dirty"]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return ""
    stamp = package / "_commit"
    return stamp.read_text(encoding="ascii", errors="replace").strip() if stamp.is_file() else ""


def _version(asked: bool) -> None:
    if asked:
        commit = _commit(Path(__file__).parents[1])
        typer.echo(f"hervat {__version__} ({commit})" if commit else f"hervat {__version__}")
        raise typer.Exit


@app.callback()
def hervat(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """Correct the administration, and keep it correct every night."""
