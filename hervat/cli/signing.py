"""`--key` and `--signature`: the signature of whoever decides by two, for every command that takes it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.signing import Sign

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
