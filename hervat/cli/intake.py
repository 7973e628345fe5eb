"""`hervat incidents` and `formats`."""

from pathlib import Path
from typing import Annotated

import typer

from hervat.cli import quarantine  # noqa: F401 - it registers itself
from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    By,
    Code,
    Config,
    Json,
    Reason,
    first,
    gathered,
    guarded,
    print_json,
    print_plain,
    stdout,
    table,
)

incidents_app = typer.Typer(no_args_is_help=True, help="Possible data breaches, such as rows of another gemeente.")
formats_app = typer.Typer(no_args_is_help=True, help="How downloads are read.")
app.add_typer(incidents_app, name="incidents")
app.add_typer(formats_app, name="formats")


@incidents_app.command("list", epilog="Example:  hervat incidents list")
@guarded
def incidents_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the open incidents: number, kind, download and row count."""
    from hervat.status import incidents

    open_incidents = gathered(config, municipality, incidents)
    if as_json:
        print_json({"incidents": open_incidents})
    else:
        table(
            "Incidents",
            ["number", "kind", "download", "rows", "since"],
            [[f["id"], f["kind"], f["download"], f["count"], f["since"]] for f in open_incidents],
            fold=["kind"],
        )
    return 1 if open_incidents else 0


@incidents_app.command(
    "close", epilog="Example:  hervat incidents close 1 --by 'P. Officer' --reason 'reported to DUO'"
)
@guarded
def incidents_close(
    number: int, by: By, reason: Reason, config: Config = HERE, municipality: Code = None, as_json: Json = False
) -> int:
    """Close an incident after a person has looked at it."""
    from hervat.tasks.decide import close_incident
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    night, _ = first(installation, municipality, lambda night: close_incident(night, number, by, reason))
    print_json({"incident": number, "closed": True}) if as_json else stdout().print(
        f"closed incident {number} of {night.code}"
    )
    return 0


@formats_app.command("check", epilog="Example:  hervat formats check PIB_Wi2021_0000_20220301_010203.csv")
@guarded
def formats_check(
    file: Path,
    format_: Annotated[str, typer.Option("--format")] = "pib-wi2021",
    config: Config = HERE,
    as_json: Json = False,
) -> int:
    """Show how a file would be read. Nothing is loaded: columns, drift, good and bad rows by reason."""
    from hervat.cli.formats import attention, checked, lines

    answer = checked(file, format_, config)
    if as_json:
        print_json(answer)
        return int(attention(answer))
    table(f"{file.name} as {format_}", ["", ""], lines(answer))
    if answer["proposal"]:
        print_plain(f"\nSave as formats/{answer['format']}-changed.yaml, look it over, and name it in the source:\n")
        print_plain(answer["proposal"])
    return int(attention(answer))
