"""In which encoding a text is written. UTF-8 shows itself; a byte of another encoding in it is no reason to guess.

Every byte is a letter in windows-1252 (but for five) and in ISO 8859, so "it fits" says nothing there: a text in
which a letter of UTF-8 stands is UTF-8, or mixed, and never read as one of those.
"""

import codecs
import re
from collections.abc import Sequence

from hervat.downloads.refused import Wrong

_ESCAPED = re.compile("[\udc80-\udcff]")
_LETTER = re.compile("[^\x00-\x7f\udc80-\udcff]")


class Encodings:
    """What is seen of the encoding while the bytes go by. marked: the text begins with the mark of UTF-8."""

    def __init__(self, encodings: Sequence[str], marked: bool) -> None:
        self._named, self._marked, self._line = list(encodings), marked, 1
        self._single = [one for one in encodings if not one.startswith("utf-8")]
        self._utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._letter = self._other = 0  # the lines where a letter of UTF-8 and another byte stand first
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
            self._single = [one for one in self._single if _fits(one, waiting + chunk)]

    def chosen(self) -> str:
        """Return the first of the encodings that the text can be in. Raises Wrong."""
        cut = bool(self._utf8.getstate()[0]) and not self._others
        if cut and self._letter:
            mend = "download it again: the whole file"
            raise Wrong("truncated", "stops in the middle of a character, so it is cut off", mend)
        self.feed(b"", final=True)
        if self._others and (self._letter or self._marked):
            raise self._mixed()
        return self._plain()

    def _look(self, text: str) -> None:
        if not self._letter and (found := _LETTER.search(text.replace("\ufeff", ""))):
            self._letter = self._line + text.count("\n", 0, found.start())
        if found := _ESCAPED.search(text):
            self._other = self._other or self._line + text.count("\n", 0, found.start())
            self._others += len(_ESCAPED.findall(text))

    def _plain(self) -> str:
        utf8 = [one for one in self._named if one.startswith("utf-8")]
        if self._letter or self._marked:
            if utf8:
                return utf8[0]
            mend = "add utf-8-sig under encodings of its format, before the others"
            raise Wrong("encoding", f"is written in UTF-8, and its format names {', '.join(self._named)}", mend)
        fitting = self._single if self._others else self._named
        if fitting:
            return fitting[0]
        wrong = f"is not written in {', '.join(self._named)} (line {self._other})"
        raise Wrong("encoding", wrong, "save it as CSV (UTF-8)")

    def _mixed(self) -> Wrong:
        letter = f"line {self._letter} is utf-8" if self._letter else "it begins with the mark of utf-8"
        wrong = f"mixes two encodings: {letter}, line {self._other} is not ({self._others} byte(s))"
        mend = "write the odd letters of such lines again where they came in, and save it as CSV (UTF-8)"
        return Wrong("encoding", wrong, mend)


def _fits(encoding: str, chunk: bytes) -> bool:
    try:
        chunk.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
