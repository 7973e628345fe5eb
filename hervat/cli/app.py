"""The Typer app. Each group of commands is in a file of its own."""

import os
from pathlib import Path

import typer

from hervat import __version__
from hervat.cli.usage import Commands

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

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
