"""Who signed: found by the key in the file of those who may (OpenSSH's allowed_signers), and proven over the text.

A signature is read as people paste it: with line ends changed or lost. Not proven: when it was signed. A signature
holds no moment.
"""

import os
import re
import sys
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hervat.errors import UsageError
from hervat.sshsig.keygen import (
    NAMESPACE,
    KeygenReply,
    SignatureRefused,
    SignersUnreadable,
    ask,
    ask_a_person,
    spelled,
    usable,
)

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


_FOR_A_PERSON = 120  # seconds in which to type a passphrase or touch a key


def sign(text: str, key: Path, namespace: str = NAMESPACE) -> str:
    """Return the armored signature over `text` in a namespace. ssh-keygen asks for a passphrase on the terminal.

    Raises UsageError when there is no such key, SignatureRefused when ssh-keygen did not sign, KeygenError.
    """
    if not key.is_file():
        raise UsageError(f"--key: there is no file {key}; `ssh-keygen -t ed25519` makes a key")
    usable()
    with TemporaryDirectory(prefix="hervat-") as place:
        signed = Path(place, "plan")
        signed.write_text(text, encoding="ascii")
        done = ask_a_person("sign", "-q", "-n", namespace, "-f", spelled(key), spelled(signed), seconds=_FOR_A_PERSON)
        made = signed.with_name("plan.sig")
        if not done or not made.is_file():
            raise SignatureRefused(
                f"ssh-keygen did not sign with {key}: a wrong passphrase, rights that are too wide (chmod 600),"
                " no private key, or a .pub that no agent holds (ssh-add)"
            )
        return made.read_text(encoding="ascii")


_PATTERN = re.compile(r"[*?!]")
_FINGERPRINT = re.compile(r"SHA256:\S+")
_OTHER_HASH = "it is not over this hash; sign the whole hash of this plan and nothing else"
_WHY = (
    ("has expired", "its key has expired; its owner needs a new key, or a later valid-before in {file}"),
    ("is not yet valid", "its key does not count yet (valid-after in {file})"),
    ("namespace does not match", "it was made for another purpose; sign with `-n {namespace}`"),
    ("in signature namespace", 'its key may not sign here; namespaces="{namespace}" in {file} allows it'),
    ("no principal matched", "its key is not in {file}; whoever keeps that file adds it"),
    ("incorrect signature", _OTHER_HASH),
)


@dataclass(frozen=True)
class AllowedSigner:
    """Who signed: the name (principal) that the file gives to the key, and the key's fingerprint."""

    name: str
    fingerprint: str


def verify(
    text: str, armored: str, signers: Path, namespace: str = NAMESPACE, at: datetime | None = None
) -> AllowedSigner:
    """Return the signer of `text` (or `text` and a line end: from `echo`) whose key counts now, or at a moment (UTC).

    Raises SignatureRefused with the reason, SignersUnreadable, or KeygenError.
    """
    moment = () if at is None else (f"-Overify-time={at:%Y%m%d%H%M%SZ}",)
    if not signers.is_file() or not os.access(signers, os.R_OK):
        raise SignersUnreadable(f"approvers: {signers} is not a readable file; correct its path or rights")
    with TemporaryDirectory(prefix="hervat-") as place:
        signature = Path(place, "plan.sig")
        signature.write_text(tidied(armored), encoding="ascii")
        name = _name(signature, signers, namespace, moment)
        arguments = ("verify", *moment, "-n", namespace, "-f", spelled(signers), "-I", name, "-s", spelled(signature))
        answers = [ask(*arguments, data=signed.encode()) for signed in (text, text + "\n")]
    for answer in answers:
        if answer.ok:
            return AllowedSigner(name, _fingerprint(answer))
    raise SignatureRefused(f"the signature does not hold: {_why(answers[0], signers, namespace)}")


def _name(signature: Path, signers: Path, namespace: str, moment: tuple[str, ...]) -> str:
    answer = ask("find-principals", *moment, "-s", spelled(signature), "-f", spelled(signers))
    principals = answer.out.splitlines() if answer.ok else []
    if not principals:
        raise SignatureRefused(f"the signature does not hold: {_why(answer, signers, namespace)}")
    if len(principals) > 1 or _PATTERN.search(principals[0]):
        raise SignatureRefused(
            f"the signature names nobody: its key is in {signers.name} under several names or a pattern;"
            " give each key the one name of its owner"
        )
    return principals[0]


def _why(answer: KeygenReply, signers: Path, namespace: str) -> str:
    said = answer.said.lower()
    why = next((why for sign, why in _WHY if sign in said), "ssh-keygen refused it")
    if namespace != NAMESPACE and why is _OTHER_HASH:
        return "it is not over this text; sign exactly the text that is shown and nothing else"
    return why.format(file=signers.name, namespace=namespace)


def _fingerprint(answer: KeygenReply) -> str:
    fingerprint = _FINGERPRINT.search(answer.out)
    return fingerprint[0] if fingerprint else ""
