"""`hervat notices show` and `evidence`: what was told, to whom, and what came back; and one person's whole dossier."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.notices_app import Number, notices_app
from hervat.cli.optin import asked_bsn
from hervat.cli.shared import HERE, Code, Config, Json, guarded, print_json, stdout
from hervat.errors import UsageError

if TYPE_CHECKING:
    from tasks.installation import Installation


@notices_app.command("show", epilog="Example:  hervat notices show 0000-20220301-0001")
@guarded
def notices_show(number: Number, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Show one notice: its course, the SHA-256 of its bytes, what was answered, and its lines in the journal."""
    found = _found(config, municipality, number=number)
    if not found:
        raise UsageError("there is no notice of that number; `hervat notices list` shows them")
    print_json(found[0]) if as_json else _print("evidence.txt.j2", notices=found)
    return 0


@notices_app.command("evidence", epilog="Example:  hervat notices evidence --person --by 'A. Jansen'")
@guarded
def notices_evidence(
    person: Annotated[
        bool, typer.Option("--person", help="One person's dossier; his BSN is asked, or read from standard input.")
    ] = False,
    party: Annotated[str | None, typer.Option("--party", help="One party's notices; left out: all.")] = None,
    by: Annotated[str, typer.Option("--by", help="Your name, with --person: it goes into the journal.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Print for an auditor what was told to whom, when, and what came back; or all about one person."""
    if person:
        return _dossier(config, municipality, by, as_json)
    found = _found(config, municipality, party=party)
    print_json({"notices": found}) if as_json else _print("evidence.txt.j2", notices=found)
    return 0


def _found(config: Any, municipality: str | None, **which: str | None) -> list[dict[str, Any]]:
    from hervat.notices import evidence
    from tasks.installation import Installation

    installation, found = Installation(config), []
    for one in installation.municipalities(municipality):
        night = installation.night(one, origin="notices")
        with night.register.session() as session:
            found += [{"municipality": one.code, **item} for item in evidence(session, night.keyring, **which)]
    return found


def _dossier(config: Any, municipality: str | None, by: str, as_json: bool) -> int:
    from tasks.installation import Installation

    if not by.strip():
        raise UsageError("give your name with --by: who asks for a person's dossier goes into the journal")
    found = _of_bsn(Installation(config), municipality, asked_bsn(), by)
    if not found:
        raise UsageError("the register knows nobody with that BSN: nothing was received about him")
    if as_json:
        print_json({"dossiers": found})
    for one in () if as_json else found:
        _print("dossier.txt.j2", d=one)
    return 0


def _of_bsn(installation: "Installation", municipality: str | None, bsn: str, by: str) -> list[dict[str, Any]]:
    from hervat.notices import dossier
    from hervat.settling import find_person

    found = []
    for one in installation.municipalities(municipality):
        night = installation.night(one, origin="notices")
        number = find_person(night, None, bsn)
        if number is not None:
            found.append(dossier(night, number, by))
    return found


def _print(template: str, **values: Any) -> None:
    from hervat.notices import dutch, rendered

    stdout().print(rendered(None, template, nl=dutch, **values), markup=False, emoji=False)
