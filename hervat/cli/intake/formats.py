"""`hervat formats`."""

from pathlib import Path
from typing import Annotated

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Config, Json, command, print_json, print_plain, table

formats_app = typer.Typer(no_args_is_help=True, help="How downloads are read.")
app.add_typer(formats_app, name="formats")


@command(formats_app, "check", epilog="Example:  hervat formats check PIB_Wi2021_0000_20220301_010203.csv")
def formats_check(
    file: Path,
    format_: Annotated[str, typer.Option("--format")] = "pib-wi2021",
    config: Config = HERE,
    as_json: Json = False,
) -> int:
    """Show how a file would be read. Nothing is loaded: columns, drift, good and bad rows by reason."""
    from hervat.cli.intake.file_check import attention, checked, lines

    answer = checked(file, format_, config)
    if as_json:
        print_json(answer)
        return int(attention(answer))
    table(f"{file.name} as {format_}", ["", ""], lines(answer))
    if answer["proposal"]:
        print_plain(f"\nSave as formats/{answer['format']}-changed.yaml, look it over, and name it in the source:\n")
        print_plain(answer["proposal"])
    return int(attention(answer))
