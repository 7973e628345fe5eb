"""The first pass over a file, as bytes: is it text or a workbook, in which encoding, and does it end well."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from hervat.downloads.refused import Wrong
from hervat.downloads.sealed import refuse_sealed

_CHUNK = 1 << 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_AGAIN = "download it again"


@dataclass(frozen=True)
class Octets:
    """What the bytes are. `encoding` is None for a workbook; `tail`: what stands behind the last line's end.

    `quoted`: a quote stands somewhere; `one_line_each`: lines end in LF or CR LF (the last may in CR) and none fills a
    megabyte.
    """

    encoding: str | None
    tail: bytes = b""
    quoted: bool = False
    one_line_each: bool = False


class _Lines:
    """What is seen of lines and quotes while the bytes go by."""

    def __init__(self) -> None:
        self.tail, self.quoted, self.long = b"", False, False
        self._lone, self._last = False, b""

    def feed(self, chunk: bytes) -> None:
        self.quoted |= b'"' in chunk
        self.long |= b"\n" not in chunk and len(chunk) == _CHUNK
        self._lone = self._lone or _has_lone_return(self._last + chunk)
        self._last = chunk[-1:]
        _, end, rest = chunk.rpartition(b"\n")
        self.tail = rest if end else self.tail[-_CHUNK:] + chunk

    def octets(self, encoding: str) -> Octets:
        """Return what the bytes are."""
        tail = b"" if self._last in (b"\r", b"\n") else self.tail.rpartition(b"\r")[2]
        return Octets(encoding, tail, self.quoted, not self._lone and not self.long)


def _has_lone_return(octets: bytes) -> bool:
    """Say whether a CR stands there, but for the last octet, that no LF follows."""
    if b"\r" not in octets:
        return False
    marks = np.frombuffer(octets, np.uint8)
    return bool((marks[np.flatnonzero(marks[:-1] == ord("\r")) + 1] != ord("\n")).any())


class _Candidate:
    """One encoding, and whether all bytes so far fit it."""

    def __init__(self, encoding: str) -> None:
        self.encoding, self.fits, self.other_than_ascii = encoding, True, False
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def feed(self, chunk: bytes, final: bool = False) -> None:
        if chunk and chunk.isascii() and not self._decoder.getstate()[0]:
            return  # every encoding of a format reads ASCII alike
        try:
            self.other_than_ascii |= not self._decoder.decode(chunk, final).isascii()
        except UnicodeDecodeError:
            self.fits = False


def look(stream: BinaryIO, encodings: Sequence[str]) -> Octets:
    """Return what the bytes of `stream` are; memory stays flat. Raises Wrong where they are no table."""
    chunk = stream.read(_CHUNK)
    if not chunk.strip(b"\xef\xbb\xbf \t\r\n"):
        chunk += _first_content(stream)
    if chunk.startswith(_ZIP):
        return Octets(None)
    _refuse_others(chunk)
    marked = chunk.startswith(codecs.BOM_UTF8)
    candidates = [_Candidate(e) for e in encodings if not marked or e.startswith("utf-8")]
    lines = _Lines()
    while chunk:
        if b"\0" in chunk:
            raise Wrong("nul_bytes", "holds NUL bytes, so it is damaged or no text", f"{_AGAIN} as CSV (UTF-8)")
        for candidate in candidates:
            if candidate.fits:
                candidate.feed(chunk)
        lines.feed(chunk)
        chunk = stream.read(_CHUNK)
    return lines.octets(_chosen(candidates))


def _first_content(stream: BinaryIO) -> bytes:
    more = stream.read(_CHUNK)
    if not more.strip():
        raise Wrong("empty", "is empty: it has not even a header", _AGAIN)
    return more


def _refuse_others(start: bytes) -> None:
    """Refuse what is recognised by its first bytes."""
    refuse_sealed(start)
    if start.startswith(_OLE):
        raise Wrong("bad_workbook", "is an old .xls or has a password", "save it as .xlsx without a password")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Wrong("encoding", "is written in UTF-16", "save it as CSV (UTF-8)")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"%PDF")):
        raise Wrong("not_a_table", "is a web page, JSON or PDF and no table", f"{_AGAIN} as CSV or .xlsx")


def _chosen(candidates: list[_Candidate]) -> str:
    """Return the first encoding that fits to the end.

    UTF-8 that stops in the middle of a character, after whole ones that are not ASCII, was cut off:
    windows-1252 would take it, and read every name wrong.
    """
    for candidate in candidates:
        if candidate.fits:
            candidate.feed(b"", final=True)
            if candidate.fits:
                return candidate.encoding
            if candidate.other_than_ascii:
                raise Wrong("truncated", "stops in the middle of a character, so it is cut off", _AGAIN)
    tried = ", ".join(candidate.encoding for candidate in candidates)
    raise Wrong("encoding", f"is not written in {tried or 'an encoding of its format'}", "save it as CSV (UTF-8)")
