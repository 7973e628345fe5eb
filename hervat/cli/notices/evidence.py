"""`hervat notices show` and `evidence`: who was told what, and what came back; and one person's whole dossier."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.notices import Number, notices_app
from hervat.cli.shared import HERE, Code, Config, Json, asked_number, command, print_json, stdout
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.tasks.installation import Installation


@command(notices_app, "show", epilog="Example:  hervat notices show 0000-20220301-0001")
def notices_show(number: Number, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Show one notice and its history. With the SHA-256 of its bytes, the answers, and its lines in the journal."""
    notices = _found(config, municipality, number=number)
    if not notices:
        raise UsageError("there is no notice of that number; `hervat notices list` shows them")
    print_json(notices[0]) if as_json else _print("evidence.txt.j2", notices=notices)
    return 0


@command(notices_app, "evidence", epilog="Example:  hervat notices evidence --person --by 'A. Jansen'")
def notices_evidence(
    person: Annotated[
        bool, typer.Option("--person", help="One person's dossier; asks for the BSN, or reads it from standard input.")
    ] = False,
    party: Annotated[str | None, typer.Option("--party", help="One party's notices; left out: all.")] = None,
    by: Annotated[str, typer.Option("--by", help="Your name, with --person: it goes into the journal.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Print who was told what, and what came back. For an auditor; --person gives all about one person."""
    if person:
        return _dossier(config, municipality, by, as_json)
    notices = _found(config, municipality, party=party)
    print_json({"notices": notices}) if as_json else _print("evidence.txt.j2", notices=notices)
    return 0


def _found(config: Path, municipality: str | None, **which: str | None) -> list[dict[str, Any]]:
    from hervat.notices import read_evidence
    from hervat.tasks.installation import Installation

    installation, notices = Installation(config, municipality), []
    for night in installation.nights(municipality, origin="notices"):
        notices += [{"municipality": night.code, **item} for item in read_evidence(night, **which)]
    return notices


def _dossier(config: Path, municipality: str | None, by: str, as_json: bool) -> int:
    from hervat.tasks.installation import Installation

    if not by.strip():
        raise UsageError("--by is required: a request for a person's dossier is journalled")
    dossiers = _of_bsn(Installation(config, municipality), municipality, asked_number(), by)
    if not dossiers:
        raise UsageError(
            "the register knows nobody with that BSN; the originals in the vault (rows of another gemeente, in"
            " quarantine, of refused files) were not searched: `hervat person show --search-vault` does"
        )
    if as_json:
        print_json({"dossiers": dossiers})
    for dossier in () if as_json else dossiers:
        _print("dossier.txt.j2", d=dossier)
    return 0


def _of_bsn(installation: "Installation", municipality: str | None, bsn: str, by: str) -> list[dict[str, Any]]:
    from hervat.notices import dossier
    from hervat.settling import find_person

    dossiers = []
    for night in installation.nights(municipality, origin="notices"):
        number = find_person(night, None, bsn)
        if number is not None:
            dossiers.append(dossier(night, number, by))
    return dossiers


def _print(template: str, **values: Any) -> None:
    from hervat.notices import dutch, rendered

    stdout().print(rendered(None, template, nl=dutch, **values), markup=False, emoji=False)
