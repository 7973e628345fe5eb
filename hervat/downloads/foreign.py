"""Recognise files of another kind by their first bytes, and say how to turn them into a table."""

import base64
import binascii
import codecs
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
_UNSEAL = "open it, and put what is in it there"


def refuse_sealed(start: bytes) -> None:
    """Raise Wrong where a file begins as something that is wrapped or packed."""
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    _refuse_messages(first)
    for mark, name in _ARCHIVES.items():
        if first.startswith(mark):
            suffix = f"; {_UNSEAL}" + (", or name it .gz" if name == "gzip" else "")
            raise Wrong("bad_archive", f"is packed with {name}", "unpack it" + suffix)
    if first.startswith(b"Salted__"):
        raise Wrong("not_a_table", "is encrypted with a passphrase (openssl enc)", _UNSEAL)


def _refuse_messages(first: bytes) -> None:
    if armored := _PEM.match(first):
        _refuse_pem(armored.group(1), armored.group(2))
    if first[:1] == b"\x30" and (_CMS in first[:64] or _AUTHENTICATED in first[:64]):
        raise _message(first, "DER")
    if _MAIL.match(first[:4096]):
        raise _message(b"", "SMIME")
    if first.startswith((b"\x85\x01", b"\x85\x02", b"\x84\x8c", b"\xc1\xc0")) or first.startswith(
        b"age-encryption.org/"
    ):
        raise Wrong("not_a_table", "is encrypted (PGP or age)", f"{_UNSEAL}: `gpg --decrypt FILE`")


def _refuse_pem(label: bytes, body: bytes) -> None:
    if label.startswith(b"PGP"):
        raise Wrong("not_a_table", "is a message of PGP", f"{_UNSEAL}: `gpg --decrypt FILE`")
    if label not in (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA"):
        what = label.decode("ascii").lower()
        raise Wrong("not_a_table", f"is a file in PEM ({what}) and no table", "put the download there")
    packed = b"".join(body.split())[:128]
    try:
        raise _message(base64.b64decode(packed[: len(packed) // 4 * 4]), "PEM")
    except binascii.Error:
        raise _message(b"", "PEM") from None


def _message(data: bytes, form: str) -> Wrong:
    """Return the refusal of a CMS message (.p7m): signed, else encrypted."""
    dress = {"PEM": "in PEM", "DER": "in DER", "SMIME": "as a mail"}[form]
    if _SIGNED in data[:96]:
        advice = f"`openssl cms -verify -noverify -inform {form} -binary -in FILE -out FILE.csv`"
        return Wrong(
            "not_a_table", f"is a signed message (CMS, .p7m, {dress}), with a file in it", f"{_UNSEAL}: {advice}"
        )
    advice = f"`openssl cms -decrypt -inform {form} -in FILE -inkey KEY -out FILE.csv`"
    return Wrong("not_a_table", f"is a message for somebody (CMS, .p7m, {dress})", f"{_UNSEAL}: {advice}")


_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLD_EXCEL = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_EXCEL_XML = (b"urn:schemas-microsoft-com:office", b'progid="Excel.Sheet"')
_AS_CSV = "save it as CSV (UTF-8)"
_OPEN = "open it in Excel and save it as .xlsx"


def refuse_others(start: bytes) -> None:
    """Raise Wrong if the first bytes (a megabyte) are not text."""
    refuse_sealed(start)
    if start.startswith(_OLE):
        _refuse_ole(start)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Wrong("encoding", "is written in UTF-16", _AS_CSV)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        _refuse_markup(text)
    if text.startswith((b"{", b"[{", b"%PDF")):
        raise Wrong("not_a_table", "is JSON or PDF and no table", "download it as CSV or .xlsx")


def refuse_nul(chunk: bytes) -> None:
    """Raise Wrong for a text with NUL bytes."""
    if any(0 < 2 * chunk[at::2].count(0) > len(chunk[at::2]) for at in (0, 1)) and chunk.strip(b"\0"):
        raise Wrong("encoding", "is written in UTF-16", _AS_CSV)
    raise Wrong("nul_bytes", "holds NUL bytes, so it is damaged or no text", f"{_AS_CSV} at its source, and copy that")


def _refuse_ole(start: bytes) -> None:
    if _LOCKED in start:
        raise Wrong("bad_workbook", "is a workbook with a password", "save it without a password")
    if any(name in start for name in _OLD_EXCEL):
        raise Wrong("bad_workbook", "is an old .xls", _OPEN)
    raise Wrong("bad_workbook", "is an old .xls or has a password", "save it as .xlsx without a password")


def _refuse_markup(text: bytes) -> None:
    lower = text[:4096].lower()
    if any(mark.lower() in lower for mark in _EXCEL_XML):
        raise Wrong("not_a_table", "is a web page or XML that Excel can open, and no .xlsx", _OPEN)
    if b"<table" in text.lower():
        raise Wrong("not_a_table", "is a web page with a table in it", f"{_OPEN}, or see what was downloaded")
    raise Wrong(
        "not_a_table", "is a web page or XML and no table", "log in where it comes from, and download CSV or .xlsx"
    )
