"""The encoding of a signed message (CMS, .p7m): mail programs and openssl write each of the three."""

from typing import Literal

Form = Literal["DER", "PEM", "SMIME"]
_MAIL = (b"mime-version:", b"content-type:", b"content-disposition:", b"content-transfer-encoding:")


def form_of(content: bytes) -> Form:
    """Return the encoding by openssl's name, from the first bytes; DER by default."""
    first = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if first.startswith(b"-----BEGIN "):
        return "PEM"
    return "SMIME" if first.lower().startswith(_MAIL) else "DER"
