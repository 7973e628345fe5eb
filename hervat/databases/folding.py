"""Fold texts: without case, width, blanks and punctuation."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

# Blanks, and signs that are neither letters nor digits; many of them are invisible.
NOISE = tuple("\u00a0\t\r\n\v\f .,-_/'\"\u00ad\u200b\u200c\u200d\u2009\u2010\u2011\u2013\u202f\u2060\u3000\ufeff")
_WIDE = 0xFEE0  # the distance from an ASCII letter to its full-width form


def folded(text: Any) -> str | None:
    """Return the folded form of a text (or number), None for None."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(sign for sign in plain if sign not in NOISE)


def changes(texts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (old, new) replacements that fold a text of small letters, as far as these folded texts need it.

    Noise is removed; letters are replaced only if the texts have them.
    """
    for sign in NOISE:
        yield sign, ""
    yield from forms(texts)


def forms(texts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the (old, new) replacements of letters among `changes`."""
    for letter in sorted(set("".join(texts))):
        if letter.isascii():
            yield from ((chr(ord(form) + _WIDE), letter) for form in sorted({letter, letter.upper()}))
        elif letter.upper() != letter and len(letter.upper()) == 1:
            yield letter.upper(), letter
