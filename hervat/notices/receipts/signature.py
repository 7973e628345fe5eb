"""Verify signatures of parties with openssl, the maintained implementation of CMS and S/MIME.

Only the configured certificate of the party counts: no authority, and no certificate in the message.
"""

import os
import subprocess
from pathlib import Path

from hervat.errors import HervatError
from hervat.notices.receipts.dress import Form

_SECONDS = 20


class SignatureError(HervatError):
    """Signatures can't be verified on this machine; the text says what to install."""


def opened(data: bytes, form: Form, certificate: Path) -> bytes | None:
    """Return the signed content (CMS in DER or PEM, or a mail); None if `certificate` did not sign it."""
    command = ["cms", "-verify", "-inform", form, "-noverify", "-nointern", "-certfile", _spelled(certificate)]
    if form != "SMIME":
        command.append(
            "-binary"
        )  # not for a mail: the signed content has CRLF line ends, whatever the file has (RFC 8551)
    done = _openssl(command, data)
    return done.stdout if done.returncode == 0 else None


def usable() -> None:
    """Raise SignatureError if there is no openssl to verify with."""
    if _openssl(["version"], b"").returncode != 0:
        raise SignatureError("openssl does not work here; without it no signature of a party can be verified")


def _spelled(path: Path) -> str:
    return str(path.absolute())  # can't be taken for an option


def _openssl(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    command, environment = ["openssl", *arguments], os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - our own arguments
            command, input=data, capture_output=True, env=environment, timeout=_SECONDS, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired, OSError):
        raise SignatureError(
            "openssl can't be run here; install it (Debian: openssl), for signatures of parties are verified with it"
        ) from None
