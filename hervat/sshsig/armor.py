"""Read the text of a signature as people paste it: with line ends changed or lost."""

import re
import sys
from base64 import b64decode
from binascii import Error as NotBase64
from pathlib import Path

from hervat.errors import UsageError
from hervat.sshsig.errors import SignatureRefused

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_ARMORED = re.compile(f"{_BEGIN}(.*?){_END}", re.DOTALL)
_LINE, _LONGEST = 70, 20_000


def read(path: Path) -> str:
    """Return the text of a signature's file (`-`: of standard input). Raises UsageError when it can't be read."""
    if str(path) == "-":
        return sys.stdin.buffer.read(_LONGEST).decode("ascii", errors="replace")
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("ascii", errors="replace")
    except OSError as error:
        raise UsageError(f"--signature: {path} can't be read ({type(error).__name__})") from None


def tidied(text: str) -> str:
    """Return an armored signature as OpenSSH writes it. Raises SignatureRefused when the text holds none."""
    armored = _ARMORED.search(text[:_LONGEST])
    body = "".join(armored[1].split()) if armored else ""
    try:
        blob = b64decode(body, validate=True)
    except (NotBase64, ValueError):
        blob = b""
    if not blob.startswith(b"SSHSIG"):
        raise SignatureRefused(f"this is not an SSH signature; give all of it, from {_BEGIN} to {_END}")
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])
