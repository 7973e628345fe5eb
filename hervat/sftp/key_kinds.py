"""The kind of a file that was given as a private key and can't be used, by its first bytes, with advice.

Nothing of the content is ever shown.
"""

import base64
import binascii
import re
from pathlib import Path

_FIRST = 64 * 1024
_PEM = re.compile(rb"-{4,5} ?BEGIN ([A-Z0-9 ]+?) ?-{4,5}")
_PUTTY = re.compile(rb"\A\s*PuTTY-User-Key-File-(\d)")
_KIND = rb"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+"
_PUBLIC = re.compile(rb'\A\s*(?:[^\s#]*[="][^\n]*\s)?(' + _KIND + rb")\s+AAAA")
_OPENSSH = b"openssh-key-v1\x00"
_HARDWARE, _DSA = (b"sk-ssh-ed25519", b"sk-ecdsa-sha2"), b"ssh-dss"
_PKCS12 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"  # the data inside, by its number in ASN.1
_ANOTHER = "make another with `ssh-keygen -t ed25519 -N '' -f NEW`, and give NEW.pub to the server's keeper"


def kind_of(path: Path) -> str | None:
    """Return the kind of a file with advice, to follow "the key file X "; None if unknown."""
    try:
        with path.open("rb") as file:
            data = file.read(_FIRST)
    except OSError:
        return None
    kind = next((kind for look in (_by_bytes, _by_label) if (kind := look(data))), None)
    return kind.replace("{path}", str(path)) if kind else None


def _by_bytes(data: bytes) -> str | None:
    if not data.strip():
        return "is empty; put the private key there, or " + _ANOTHER
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is written in UTF-16; write it as plain text (ASCII), as ssh-keygen made it"
    if match := _PUTTY.match(data.removeprefix(b"\xef\xbb\xbf")):
        more = " (version 3: puttygen 0.75 or later)" if match.group(1) == b"3" else ""
        return f"is a key of PuTTY{more}; turn it into OpenSSH's form: `puttygen {{path}} -O private-openssh -o key`"
    if match := _PUBLIC.match(data):
        what = "a certificate of a user" if b"-cert-" in match.group(1) else "the public half of a key"
        return f"is {what}; give the private one, the file of the same name without .pub"
    if data[:1] == b"\x30":
        return _by_asn1(data)
    return None


def _by_asn1(data: bytes) -> str:
    if _PKCS12 in data[:256]:
        return "is a PKCS#12 file (.p12, .pfx); take the key out: `openssl pkcs12 -in {path} -nocerts -nodes -out key`"
    return "is in binary form (DER); turn a private key into PEM: `openssl pkey -inform DER -in {path} -out key`"


def _by_label(data: bytes) -> str | None:
    labels = [found.group(1) for found in _PEM.finditer(data)]
    if not labels:
        return None
    if labels == [b"OPENSSH PRIVATE KEY"]:
        return _by_content(data)
    return next((kind for label in labels for ending, kind in _LABELS.items() if label.endswith(ending)), None)


_LABELS = {
    b"SSH2 PUBLIC KEY": "is the public half of a key (in the form of SSH2); give the private one",
    b"DSA PRIVATE KEY": "is a DSA key, which is too weak to be spoken; " + _ANOTHER,
    b"SSH2 ENCRYPTED PRIVATE KEY": "is a key of ssh.com; turn it into OpenSSH's form with"
    " `puttygen {path} -O private-openssh -o key`",
    b"PUBLIC KEY": "is the public half of a key; give the private one",
    b"CERTIFICATE REQUEST": "is a request for a certificate and no key; give the private key that belongs to it",
    b"CERTIFICATE": "is a certificate and no key; give the private key that belongs to it",
    b"PGP PRIVATE KEY BLOCK": "is a key of PGP, which is no key of SSH; " + _ANOTHER,
    b"PGP PUBLIC KEY BLOCK": "is a key of PGP, which is no key of SSH; " + _ANOTHER,
    b"PKCS7": "is a message or a set of certificates (PKCS#7) and no key; give the private key",
    b"CMS": "is a message (CMS) and no key; give the private key",
    b"SSH SIGNATURE": "is a signature and no key; give the private key",
}


def _by_content(data: bytes) -> str | None:
    """Return the problem with a key in OpenSSH's own form; None for a good one."""
    body = b"".join(line for line in data.split() if not line.startswith(b"-") and b":" not in line)
    start = body.find(b"b3BlbnNzaC1rZXktdjE")
    try:
        blob = base64.b64decode(body[start:].split(b"-")[0] if start >= 0 else b"", validate=False)
    except (binascii.Error, ValueError):
        blob = b""
    if not blob.startswith(_OPENSSH) or b"-----END" not in data:
        return "is an OpenSSH key that is cut off or damaged; copy it again, whole, with its last line"
    public = blob[:512]
    if any(kind in public for kind in _HARDWARE):
        return "needs a security key to be touched (FIDO), and nobody is there at night; " + _ANOTHER
    if _DSA in public:
        return "is a DSA key, which is too weak to be spoken; " + _ANOTHER
    return None
