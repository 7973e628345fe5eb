"""The first pass over a file, as bytes: is it text or a workbook, in which encoding, and does it end well.

Also the first bytes of a file, as if it ended there.
"""

import codecs
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from hervat.downloads.foreign import refuse_nul, refuse_others
from hervat.downloads.refused import Wrong

_ESCAPED = re.compile("[\udc80-\udcff]")
_LETTER = re.compile("[^\x00-\x7f\udc80-\udcff]")


class Encodings:
    """Determines the encoding while the bytes pass. marked: the text begins with a byte order mark of UTF-8."""

    def __init__(self, encodings: Sequence[str], marked: bool) -> None:
        self._named, self._marked, self._line = list(encodings), marked, 1
        self._single = [name for name in encodings if not name.startswith("utf-8")]
        self._utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._letter = self._other = 0  # the first lines with a letter of UTF-8 and with another byte
        self._others = 0

    def feed(self, chunk: bytes, final: bool = False) -> None:
        """Take in the next bytes; final: there are no more."""
        if chunk and chunk.isascii() and not self._utf8.getstate()[0]:
            self._line += chunk.count(b"\n")
            return  # every encoding of a format reads ASCII alike
        waiting = self._utf8.getstate()[0]
        text = self._utf8.decode(chunk, final)
        if not text.isascii():
            self._look(text)
        self._line += text.count("\n")
        if self._others:  # what came before was ASCII, or nothing but UTF-8 will do
            self._single = [name for name in self._single if _fits(name, waiting + chunk)]

    def chosen(self) -> str:
        """Return the first of the encodings that the text can be in. Raises Wrong."""
        cut = bool(self._utf8.getstate()[0]) and not self._others
        if cut and self._letter:
            advice = "download it again: the whole file"
            raise Wrong("truncated", "stops in the middle of a character, so it is cut off", advice)
        self.feed(b"", final=True)
        if self._others and (self._letter or self._marked):
            raise self._mixed()
        return self._plain()

    def _look(self, text: str) -> None:
        if not self._letter and (match := _LETTER.search(text.replace("\ufeff", ""))):
            self._letter = self._line + text.count("\n", 0, match.start())
        if match := _ESCAPED.search(text):
            self._other = self._other or self._line + text.count("\n", 0, match.start())
            self._others += len(_ESCAPED.findall(text))

    def _plain(self) -> str:
        utf8 = [name for name in self._named if name.startswith("utf-8")]
        if self._letter or self._marked:
            if utf8:
                return utf8[0]
            advice = "add utf-8-sig under encodings of its format, before the others"
            raise Wrong("encoding", f"is written in UTF-8, and its format names {', '.join(self._named)}", advice)
        fitting = self._single if self._others else self._named
        if fitting:
            return fitting[0]
        wrong = f"is not written in {', '.join(self._named)} (line {self._other})"
        raise Wrong("encoding", wrong, "save it as CSV (UTF-8)")

    def _mixed(self) -> Wrong:
        letter = f"line {self._letter} is utf-8" if self._letter else "it begins with the mark of utf-8"
        wrong = f"mixes two encodings: {letter}, line {self._other} is not ({self._others} byte(s))"
        advice = "write the odd letters of such lines again where they came in, and save it as CSV (UTF-8)"
        return Wrong("encoding", wrong, advice)


def _fits(encoding: str, chunk: bytes) -> bool:
    try:
        chunk.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_CHUNK = 1 << 20
_ZIP = b"PK\x03\x04"
_MARK = b"\x1a"  # Ctrl-Z, with which DOS ends a text
_SPACED = re.compile(rb'([;,\t|]) +"')


@dataclass(frozen=True)
class Octets:
    """Facts about the bytes. `encoding` is None for a workbook; `tail`: the text behind the last line's end.

    `quoted`: there is a quote; `one_line_each`: lines end in LF or CR LF (the last may in CR) and none fills a
    megabyte. `size`: how many bytes are text, None for all: what follows is DOS's mark of the end. `spaced`: the
    delimiters followed by a space and a quote.
    """

    encoding: str | None
    tail: bytes = b""
    quoted: bool = False
    one_line_each: bool = False
    size: int | None = None
    spaced: frozenset[str] = frozenset()


class _Lines:
    """Collects facts about lines and quotes while the bytes pass."""

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
            content = chunk.rstrip(b"\x1a\r\n")
            self._end = chunk[len(content) :] if content else self._end + chunk
        self.long |= b"\n" not in chunk and len(chunk) == _CHUNK
        self._lone = self._lone or _has_lone_return(self._last + chunk)
        self._last = chunk[-1:]
        _, end, rest = chunk.rpartition(b"\n")
        self.tail = rest if end else self.tail[-_CHUNK:] + chunk

    def octets(self, encoding: str) -> Octets:
        """Return the facts."""
        size = self._size - len(self._end) + self._end.index(_MARK) if _MARK in self._end else None
        whole = size is not None or self._last in (b"\r", b"\n")
        tail = b"" if whole else self.tail.rpartition(b"\r")[2]
        spaced = frozenset(delimiter.decode() for delimiter in self._spaced)
        return Octets(encoding, tail, self.quoted, not self._lone and not self.long, size, spaced)


def _has_lone_return(octets: bytes) -> bool:
    """True if a CR, other than the last octet, is not followed by LF."""
    if b"\r" not in octets:
        return False
    import numpy as np  # a night without files does without

    marks = np.frombuffer(octets, np.uint8)
    return bool((marks[np.flatnonzero(marks[:-1] == ord("\r")) + 1] != ord("\n")).any())


def look(stream: BinaryIO, encodings: Sequence[str]) -> Octets:
    """Return facts about the bytes of `stream`; memory stays flat. Raises Wrong if it is not a table."""
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


Opener = Callable[[], BinaryIO]
"""Opens the file again, from its first byte; the stream need not be seekable."""


def upto(opener: Opener, size: int | None) -> Opener:
    """Return an opener of the first `size` bytes of `opener`'s file; None: all of it."""
    if size is None:
        return opener
    return lambda: io.BufferedReader(_First(opener(), size), 256 * 1024)


class _First(io.RawIOBase):
    def __init__(self, stream: BinaryIO, size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
