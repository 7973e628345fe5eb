"""The options that several commands have, each written once; what is typed for them, read."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.signing import Sign

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
