"""Names of files at a source: matching patterns, and names that can't be used.

A pattern is a shell's, but capitals do not count, as they do not in a format's `name_pattern`.
"""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from unicodedata import normalize

_SEPARATORS = re.compile(r"[/\\]+")
_HALF_WAY = frozenset({"crdownload", "filepart", "part", "partial", "swp", "tmp"})


def fits(name: str, patterns: Iterable[str]) -> bool:
    """True if a name matches or equals a pattern; a name that starts with a dot only if the pattern does too.

    An accent counts the same whether it is one character or two (a Mac writes two).
    """
    spelled = normalize("NFC", name)
    return any(_fits(spelled, normalize("NFC", pattern)) for pattern in patterns)


def is_strange(name: str) -> bool:
    """True if a name could lead elsewhere, or can't be written down: a slash, '..', controls, no UTF-8."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        return True
    return any(not sign.isprintable() for sign in name)


def is_half_way(name: str, patterns: Iterable[str]) -> bool:
    """True for the temporary name of a file that is still being written, unless a pattern asks for it."""
    suffix = name.rpartition(".")[2].casefold()
    return suffix in _HALF_WAY and not any(pattern.casefold().endswith(suffix) for pattern in patterns)


def last_part(name: str) -> str:
    """Return a name without the folders before it, however they are separated."""
    return _SEPARATORS.split(name)[-1]


def _fits(name: str, pattern: str) -> bool:
    if name.startswith(".") and not pattern.startswith("."):
        return False
    return _shape(pattern).match(name) is not None or name.casefold() == pattern.casefold()


@lru_cache(maxsize=256)
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE)
