"""The options that several commands have, each written once; what is typed for them, read.

Commands over every municipality read the register, look at the systems once, and find the one that has something.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.shared.screen import aside, tell_error
from hervat.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.delivery import GateFacts
    from hervat.night import Night
    from hervat.signing import Sign
    from hervat.tasks.installation import Installation

Config = Annotated[
    Path, typer.Option("--config", envvar="HERVAT_CONFIG", help="The configuration directory.", show_default=".")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
Code = Annotated[str | None, typer.Option("--municipality", "-m", help="One municipality's code; left out: all.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day to act for; default today.")]
By = Annotated[str, typer.Option("--by", help="Your name: it goes into the journal.")]
Reason = Annotated[str, typer.Option("--reason", "--why", help="Why; it goes into the journal. No personal data.")]
Key = Annotated[
    Path | None, typer.Option("--key", help="Sign with this SSH key: a private one, or the .pub of one in the agent.")
]
Made = Annotated[
    Path | None,
    typer.Option(
        "--signature",
        help="A signature made elsewhere; - reads standard input. Without either, the text to sign is shown.",
    ),
]
SignedBy = Annotated[str, typer.Option("--by", help="Your name, for the journal; not needed with a signature.")]
Anywhere = Annotated[
    bool, typer.Option("--anywhere", help="Also if standard output is a file or a program instead of a terminal.")
]
OnePerson = Annotated[int, typer.Option("--person", help="The person's number on the worklist.")]
PersonNumber = Annotated[
    int | None, typer.Option("--person", help="The number on the worklist; left out: asks for the BSN or V-nummer.")
]
Wide = Annotated[bool, typer.Option("--wide", help="All columns, whatever the width of the terminal.")]

HERE = Path()
"""The default of Config."""


def day(text: str | None) -> date | None:
    """Parse YYYY-MM-DD; None for None. Raises UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is not a date; use YYYY-MM-DD, such as 2022-03-25") from None


def asked_number(kind: str = "BSN") -> str:
    """Return a BSN (or V-nummer) typed on the terminal without echo, or read as one line from standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(kind, hide_input=True))
    return sys.stdin.readline().strip()


def signing(key: Path | None, signature: Path | None) -> "Sign | None":
    """Return what gives the signature over a text: made with a key, or read from a file. Raises UsageError for both."""
    from hervat import sshsig

    if key and signature:
        raise UsageError("give --key or --signature, not both")
    if key:
        return lambda text, namespace: sshsig.sign(text, key, namespace)
    if signature:
        read = sshsig.read(signature)
        return lambda _text, _namespace: read
    return None


Line = dict[str, Any]
Found = Callable[["Session", "Night", "GateFacts"], list[Line]]


def gathered(
    config: Path, municipality: str | None, read: Callable[["Session", str], Iterable[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what `read` reads of the register for each municipality, with its code."""
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    items: list[dict[str, Any]] = []
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            items += [{"municipality": configured.code, **item} for item in read(session, configured.code)]
    return items


def first(
    installation: "Installation", municipality: str | None, find: Callable[["Night"], int | None]
) -> tuple["Night", int]:
    """Return the first municipality's night for which `find` finds a number, and the number. Raises UsageError."""
    for night in installation.nights(municipality, origin="command line", log=aside):
        number = find(night)
        if number is not None:
            return night, number
    raise UsageError("there is no such file or incident; the `list` command shows them all")


def seen_now(config: Path, municipality: str | None, as_of: str | None, found: Found) -> tuple[list[Line], list[str]]:
    """Return the lines found in each municipality, with its code, and what could not be read."""
    from hervat.delivery import look_at_systems
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    shown: list[Line] = []
    errors: list[str] = []
    for night in installation.nights(municipality, day(as_of), origin="list"):
        facts = look_at_systems(night)
        errors += facts.errors
        with night.register.session() as session:
            shown += [{"municipality": night.code, **line} for line in found(session, night, facts)]
    return shown, errors


def tell_errors(errors: list[str]) -> bool:
    """Print the errors; return whether there were any."""
    for text in errors:
        tell_error(text)
    return bool(errors)
