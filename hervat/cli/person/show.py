"""`hervat person`: all that hervat holds about one person, as the answer to a request for access (AVG 15)."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    Anywhere,
    By,
    Code,
    Config,
    Json,
    PersonNumber,
    aside,
    asked_number,
    command,
    print_json,
    print_plain,
    stdout,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.person import PersonAccount

person_app = typer.Typer(no_args_is_help=True, help="What hervat holds about one person.")
app.add_typer(person_app, name="person")
_SHOW = "Example:  hervat person show --search-vault --letter inzage.pdf --by 'P. Officer' --reason 'verzoek 12'"


_SearchVault = Annotated[
    bool, typer.Option("--search-vault", help="Open the originals too, for foreign, quarantined and refused rows.")
]
_Letter = Annotated[
    Path | None,
    typer.Option("--letter", help="The letter to the person, as an encrypted .pdf or a .txt; opens the originals too."),
]


@command(person_app, "show", epilog=_SHOW)
def person_show(
    person: PersonNumber = None,
    search_vault: _SearchVault = False,
    letter: _Letter = None,
    anywhere: Anywhere = False,
    by: By = "",
    reason: Annotated[str, typer.Option("--reason", "--why", help="The request, without personal data.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Print all that the register and the index of the vault hold about a person. It is journalled, by number.

    Purpose, ground, source and term stand beside it, then who received data, and what was not searched. With --letter
    only the letter's file and password are printed, unless with --json.
    """
    if (as_json or letter is None) and not (anywhere or sys.stdout.isatty()):
        raise UsageError(
            "this shows personal data, and standard output is not a terminal; --anywhere shows it all the same"
        )
    search_vault = search_vault or letter is not None  # nobody is written that there is nothing, unsearched
    shown = _shown(config, municipality, person, search_vault, by, reason)
    letters = [] if letter is None else _letters(shown, letter)
    if as_json:
        print_json({"persons": [_json(account) for _, account in shown], "letters": letters})
        return 0
    from hervat.notices import dutch, rendered

    for _, account in shown if letter is None else ():
        stdout().print(rendered(None, "person.txt.j2", nl=dutch, a=account), markup=False, emoji=False)
    for one in letters:
        secret = f"; its password, which must go along another way: {one['password']}" if one["password"] else ""
        print_plain(f"written: {one['file']}{secret}")
    return 0


def _shown(
    config: Path, municipality: str | None, person: int | None, search_vault: bool, by: str, reason: str
) -> list[tuple["Night", "PersonAccount"]]:
    from hervat.attribution import named
    from hervat.person import show
    from hervat.tasks.installation import Installation

    who = named(by, reason)
    installation = Installation(config, municipality)
    typed = asked_number("BSN or V-nummer") if person is None else None
    nights = installation.nights(municipality, origin="person", log=aside)
    accounts = [(night, show(night, person, typed, who, search_vault)) for night in nights]
    shown = [(night, account) for night, account in accounts if account is not None]
    if not shown:
        raise UsageError("the register has no person of that number; the worklist has the numbers")
    return shown


def _json(account: "PersonAccount") -> dict[str, Any]:
    return {
        "municipality": {"code": account.code, "name": account.name},
        "as_of": account.as_of,
        "person": account.number,
        "anything": account.anything,
        "searched_vault": account.searched_vault,
        "places": [
            {
                "table": found.place.name, "title": found.place.title, "purpose": found.place.why.value.purpose,
                "ground": found.place.why.value.ground, "source": found.place.why.value.source, "term": found.term,
                "searched": found.place.by_number or account.searched_vault, "rows": found.rows,
            }
            for found in account.places
        ],
        "recipients": [vars(recipient) for recipient in account.recipients],
        "not_searched": account.not_searched,
    }  # fmt: skip


def _letters(shown: list[tuple["Night", "PersonAccount"]], path: Path) -> list[dict[str, str | None]]:
    """Write a letter a gemeente, over no existing file; return the files with their passwords."""
    from hervat.person import letter_for, protected

    if path.suffix.casefold() not in (".pdf", ".txt"):
        raise UsageError("--letter takes a file that ends in .pdf (encrypted) or .txt (for in the house)")
    letters: list[dict[str, str | None]] = []
    for night, account in shown:
        to = path if len(shown) == 1 else path.with_stem(f"{path.stem}-{account.code}")
        text = letter_for(night, account)
        as_pdf = path.suffix.casefold() == ".pdf"
        content, password = protected(text, account) if as_pdf else (text.encode(), None)
        _written(to, content)
        letters.append({"file": str(to), "password": password})
    return letters


def _written(path: Path, content: bytes) -> None:
    """Write a new file that only this account may read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path} is there already and is not written over; give another path") from None
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror}); give another path") from None
