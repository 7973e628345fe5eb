"""Files of another kind, known by their first bytes: each is called by its name, with what makes a table of it."""

import codecs

from hervat.downloads.refused import Wrong

_OLE, _GZIP = b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLD_EXCEL = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_EXCEL_XML = (b"urn:schemas-microsoft-com:office", b'progid="Excel.Sheet"')
_AS_CSV = "save it as CSV (UTF-8)"
_OPEN = "open it in Excel and save it as .xlsx"


def refuse_others(start: bytes) -> None:
    """Refuse what its first bytes (a megabyte) show to be no text. Raises Wrong."""
    if start.startswith(_OLE):
        _refuse_ole(start)
    if start.startswith(_GZIP):
        raise Wrong("bad_archive", "is packed with gzip", "give its name the end .gz, or unpack it")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Wrong("encoding", "is written in UTF-16", _AS_CSV)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        _refuse_markup(text)
    if text.startswith((b"{", b"[{", b"%PDF")):
        raise Wrong("not_a_table", "is JSON or PDF and no table", "download it as CSV or .xlsx")


def refuse_nul(chunk: bytes) -> None:
    """Refuse a text with NUL bytes in it. Raises Wrong."""
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
