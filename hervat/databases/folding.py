"""What is left of a text when case, width, blanks and the like say nothing."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

# Blanks, and what stands in a text without being a letter or a digit of it; much of it no screen shows.
NOISE = tuple("\u00a0\t\r\n\v\f .,-_/'\"\u00ad\u200b\u200c\u200d\u2009\u2010\u2011\u2013\u202f\u2060\u3000\ufeff")
_WIDE = 0xFEE0  # how far behind an ASCII letter its full-width form stands


def folded(text: Any) -> str | None:
    """Return what is left of a text (or number), None of nothing."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(one for one in plain if one not in NOISE)


def changes(wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (what, by what) to replace in a text of small letters, so that it is one of the wanted folded texts.

    Noise goes; of letters those alone are replaced that the wanted texts have.
    """
    for one in NOISE:
        yield one, ""
    for letter in sorted(set("".join(wanted))):
        if letter.isascii():
            yield from ((chr(ord(form) + _WIDE), letter) for form in sorted({letter, letter.upper()}))
        elif letter.upper() != letter and len(letter.upper()) == 1:
            yield letter.upper(), letter
