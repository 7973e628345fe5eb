"""Verifying what a party signed, by openssl: the well-kept implementation of CMS and S/MIME, BER and all.

The party's own certificate is what counts: no authority is asked, and no certificate that came along.
"""

import os
import subprocess
from pathlib import Path

from hervat.errors import HervatError
from hervat.notices.receipts.dress import Form

_SECONDS = 20


class SignatureError(HervatError):
    """Signatures can't be verified here; the text says what to install."""


def opened(data: bytes, form: Form, certificate: Path) -> bytes | None:
    """Return what the owner of `certificate` signed (CMS in DER or PEM, or a mail); None where he did not."""
    command = ["cms", "-verify", "-inform", form, "-noverify", "-nointern", "-certfile", _spelled(certificate)]
    if form != "SMIME":
        command.append("-binary")  # not of a mail: however its lines end, what is signed ends them with CRLF (RFC 8551)
    done = _openssl(command, data)
    return done.stdout if done.returncode == 0 else None


def usable() -> None:
    """Raise SignatureError when there is no openssl to verify with."""
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
