"""`hervat account`: what a gemeente must be able to show of its processing, made from the configuration."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Code, Config, Json, guarded, print_json, print_plain
from hervat.errors import UsageError

account_app = typer.Typer(no_args_is_help=True, help="Accountability: what is processed, for what and for whom.")
app.add_typer(account_app, name="account")


@account_app.callback()
def _account() -> None:
    """Accountability: what is processed, for what and for whom."""


@account_app.command("register", epilog="Example:  hervat account register --out verwerkingen.md")
@guarded
def register(
    config: Config = HERE,
    municipality: Code = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new file for the page; left out: printed.")] = None,
    as_json: Json = False,
) -> int:
    """Write the entry of the register of processing activities (AVG 30), in Dutch. No personal data."""
    from hervat.accountability import processing_entry, processing_page
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    entries = [processing_entry(settings, each) for each in settings.municipalities]
    page = "\n".join(map(processing_page, entries))
    if out:
        _written(out, page)
    if as_json:
        print_json({"entries": [asdict(entry) for entry in entries], "file": str(out) if out else None})
    else:
        print_plain(str(out) if out else page)
    return 0


def _written(file: Path, page: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(page)
    except OSError as error:
        raise UsageError(
            f"{file} could not be written: {error.strerror}; give a new file in a folder that exists"
        ) from None
