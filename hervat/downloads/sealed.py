"""Files that are wrapped for somebody (CMS, PGP) or packed in a way that is not read: called what they are, by their
first bytes, whatever their names; with the command that opens them."""

import base64
import binascii
import re

from hervat.downloads.refused import Wrong

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]*)")
_CMS = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # 1.2.840.113549.1.7, the family of CMS and PKCS#7
_AUTHENTICATED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"  # 1.2.840.113549.1.9.16.1.23
_SIGNED = _CMS + b"\x02"
_MAIL = re.compile(
    rb"(?:[A-Za-z0-9-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*application/(x-)?pkcs7", re.IGNORECASE
)
_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x1f\x8b": "gzip",
}
_OPEN = "open it, and put what is in it there"


def refuse_sealed(start: bytes) -> None:
    """Raise Wrong where a file begins as something that is wrapped or packed."""
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    _refuse_messages(first)
    for mark, name in _ARCHIVES.items():
        if first.startswith(mark):
            suffix = f"; {_OPEN}" + (", or name it .gz" if name == "gzip" else "")
            raise Wrong("bad_archive", f"is packed with {name}", "unpack it" + suffix)
    if first.startswith(b"Salted__"):
        raise Wrong("not_a_table", "is encrypted with a passphrase (openssl enc)", _OPEN)


def _refuse_messages(first: bytes) -> None:
    if found := _PEM.match(first):
        _refuse_pem(found.group(1), found.group(2))
    if first[:1] == b"\x30" and (_CMS in first[:64] or _AUTHENTICATED in first[:64]):
        raise _message(first, "DER")
    if _MAIL.match(first[:4096]):
        raise _message(b"", "SMIME")
    if first.startswith((b"\x85\x01", b"\x85\x02", b"\x84\x8c", b"\xc1\xc0")) or first.startswith(
        b"age-encryption.org/"
    ):
        raise Wrong("not_a_table", "is encrypted (PGP or age)", f"{_OPEN}: `gpg --decrypt FILE`")


def _refuse_pem(label: bytes, body: bytes) -> None:
    if label.startswith(b"PGP"):
        raise Wrong("not_a_table", "is a message of PGP", f"{_OPEN}: `gpg --decrypt FILE`")
    if label not in (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA"):
        what = label.decode("ascii").lower()
        raise Wrong("not_a_table", f"is a file in PEM ({what}) and no table", "put the download there")
    packed = b"".join(body.split())[:128]
    try:
        raise _message(base64.b64decode(packed[: len(packed) // 4 * 4]), "PEM")
    except binascii.Error:
        raise _message(b"", "PEM") from None


def _message(data: bytes, form: str) -> Wrong:
    """Return what is wrong with a message of CMS (.p7m): signed, else encrypted for somebody."""
    dress = {"PEM": "in PEM", "DER": "in DER", "SMIME": "as a mail"}[form]
    if _SIGNED in data[:96]:
        mend = f"`openssl cms -verify -noverify -inform {form} -binary -in FILE -out FILE.csv`"
        return Wrong("not_a_table", f"is a signed message (CMS, .p7m, {dress}), with a file in it", f"{_OPEN}: {mend}")
    mend = f"`openssl cms -decrypt -inform {form} -in FILE -inkey KEY -out FILE.csv`"
    return Wrong("not_a_table", f"is a message for somebody (CMS, .p7m, {dress})", f"{_OPEN}: {mend}")
