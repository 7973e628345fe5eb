"""`hervat incidents`, `formats`, `vault` and `verify`."""

from collections.abc import Callable
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
    say_to,
    stdout,
    table,
)

incidents_app = typer.Typer(no_args_is_help=True, help="What may be a data breach, such as rows of another gemeente.")
formats_app = typer.Typer(no_args_is_help=True, help="How downloads are read.")
vault_app = typer.Typer(no_args_is_help=True, help="The secured originals.")
app.add_typer(incidents_app, name="incidents")
app.add_typer(formats_app, name="formats")
app.add_typer(vault_app, name="vault")


@incidents_app.command("list", epilog="Example:  hervat incidents list")
@guarded
def incidents_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the incidents that are open: their number, kind, download and count of rows."""
    from hervat.overview.standing import incidents

    found = gathered(config, municipality, incidents)
    if as_json:
        print_json({"incidents": found})
    else:
        table(
            "Incidents",
            ["number", "kind", "download", "rows", "since"],
            [[f["id"], f["kind"], f["download"], f["count"], f["since"]] for f in found],
        )
    return 1 if found else 0


@incidents_app.command(
    "close", epilog="Example:  hervat incidents close 1 --by 'P. Officer' --reason 'reported to DUO'"
)
@guarded
def incidents_close(
    number: int, by: By, reason: Reason, config: Config = HERE, municipality: Code = None, as_json: Json = False
) -> int:
    """Close an incident after a person has looked at it."""
    from hervat.intake.incidents import close
    from tasks.compose import Installation

    installation = Installation(config)
    night, _ = first(installation, municipality, lambda night: close(night, number, by, reason))
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
    """Say how a file would be read, without loading it: columns, what has drifted, rows good and bad by reason."""
    from hervat.cli.formats import attention, checked, lines

    told = checked(file, format_, config)
    if as_json:
        print_json(told)
        return int(attention(told))
    table(f"{file.name} as {format_}", ["", ""], lines(told))
    if told["proposal"]:
        print_plain(f"\nSave as formats/{told['format']}-changed.yaml, look it over, and name it in the source:\n")
        print_plain(told["proposal"])
    return int(attention(told))


@vault_app.command("list", epilog="Example:  hervat vault list --json")
@guarded
def vault_list(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """List the secured originals: number, size, kind and when they were secured."""
    from hervat.vault import Vault
    from tasks.compose import Installation

    installation, found = Installation(config), []
    for one in installation.municipalities(municipality):
        night = installation.night(one)
        for thing in Vault(installation.settings.vault, night.keyring).objects():
            found.append(
                {
                    "municipality": one.code,
                    "id": thing.id,
                    "kind": thing.kind,
                    "size": thing.size,
                    "name": thing.meta.get("name"),
                }
            )
    if as_json:
        print_json({"objects": found})
    else:
        table("Vault", ["id", "kind", "size", "name"], [[f["id"], f["kind"], f["size"], f["name"]] for f in found])
    return 0


@app.command(epilog="Example:  hervat verify")
@guarded
def verify(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Check the vault (every original readable, unchanged, none missing) and the journal's chain."""
    from hervat import journal
    from hervat.intake.originals import missing
    from hervat.vault import Vault
    from tasks.compose import Installation

    installation, wrong, say = Installation(config), [], say_to(as_json)
    for one in installation.municipalities(municipality):
        night = installation.night(one, origin="verify")
        vault = Vault(installation.settings.vault, night.keyring)
        wrong += missing(night, vault)
        wrong += vault.verify(lambda done, total: _tell(say, done, total))
        with installation.register.session() as session:
            wrong += journal.verify(session, one.code)
    if as_json:
        print_json({"wrong": wrong})
    else:
        table("Verify", ["wrong"], [[text] for text in wrong])
    return 3 if wrong else 0


def _tell(say: Callable[[str], None], done: int, total: int) -> None:
    """Tell how far the check is: about twenty times in all, however many originals there are."""
    if done == total or done % max(1, total // 20) == 0:
        say(f"{done} of {total} originals")
