"""The first pass over a file, as bytes: is it text or a workbook, in which encoding, and does it end well."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from hervat.downloads.encodings import Encodings
from hervat.downloads.foreign import refuse_nul, refuse_others
from hervat.downloads.refused import Wrong

_CHUNK = 1 << 20
_ZIP = b"PK\x03\x04"
_MARK = b"\x1a"  # Ctrl-Z, with which DOS ends a text
_SPACED = re.compile(rb'([;,\t|]) +"')


@dataclass(frozen=True)
class Octets:
    """What the bytes are. `encoding` is None for a workbook; `tail`: what stands behind the last line's end.

    `quoted`: a quote stands somewhere; `one_line_each`: lines end in LF or CR LF (the last may in CR) and none fills a
    megabyte. `size`: how many bytes are text, None for all: what follows is DOS's mark of the end. `spaced`: the
    delimiters behind which a space and then a quote stands.
    """

    encoding: str | None
    tail: bytes = b""
    quoted: bool = False
    one_line_each: bool = False
    size: int | None = None
    spaced: frozenset[str] = frozenset()


class _Lines:
    """What is seen of lines and quotes while the bytes go by."""

    def __init__(self) -> None:
        self.tail, self.quoted, self.long = b"", False, False
        self._lone, self._last, self._end, self._size = False, b"", b"", 0
        self._spaced: set[bytes] = set()

    def feed(self, chunk: bytes) -> None:
        self.quoted |= b'"' in chunk
        if b' "' in chunk:
            self._spaced |= set(_SPACED.findall(chunk))
        self._size += len(chunk)
        if chunk[-1:] in b"\x1a\r\n" or self._end:
            stands = chunk.rstrip(b"\x1a\r\n")
            self._end = chunk[len(stands) :] if stands else self._end + chunk
        self.long |= b"\n" not in chunk and len(chunk) == _CHUNK
        self._lone = self._lone or _has_lone_return(self._last + chunk)
        self._last = chunk[-1:]
        _, end, rest = chunk.rpartition(b"\n")
        self.tail = rest if end else self.tail[-_CHUNK:] + chunk

    def octets(self, encoding: str) -> Octets:
        """Return what the bytes are."""
        size = self._size - len(self._end) + self._end.index(_MARK) if _MARK in self._end else None
        whole = size is not None or self._last in (b"\r", b"\n")
        tail = b"" if whole else self.tail.rpartition(b"\r")[2]
        spaced = frozenset(one.decode() for one in self._spaced)
        return Octets(encoding, tail, self.quoted, not self._lone and not self.long, size, spaced)


def _has_lone_return(octets: bytes) -> bool:
    """Say whether a CR stands there, but for the last octet, that no LF follows."""
    if b"\r" not in octets:
        return False
    marks = np.frombuffer(octets, np.uint8)
    return bool((marks[np.flatnonzero(marks[:-1] == ord("\r")) + 1] != ord("\n")).any())


def look(stream: BinaryIO, encodings: Sequence[str]) -> Octets:
    """Return what the bytes of `stream` are; memory stays flat. Raises Wrong where they are no table."""
    chunk = stream.read(_CHUNK)
    if not chunk.strip(b"\xef\xbb\xbf \t\r\n\x1a"):
        chunk += _first_content(stream)
    if chunk.startswith(_ZIP):
        return Octets(None)
    refuse_others(chunk)
    text, lines = Encodings(encodings, marked=chunk.startswith(codecs.BOM_UTF8)), _Lines()
    while chunk:
        if b"\0" in chunk:
            refuse_nul(chunk)
        text.feed(chunk)
        lines.feed(chunk)
        chunk = stream.read(_CHUNK)
    return lines.octets(text.chosen())


def _first_content(stream: BinaryIO) -> bytes:
    more = stream.read(_CHUNK)
    if not more.strip(b" \t\r\n\x1a"):
        raise Wrong(
            "empty", "is empty: it has not even a header", "offer a file with its header, also where it has no rows"
        )
    return more
