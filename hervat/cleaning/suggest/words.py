"""Names of tables and columns, in any case and with any prefix, held against words of the field."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONG = 5


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `KlantBSN_nr` is klant, bsn, nr."""
    return tuple(word.lower() for word in _WORD.findall(name))


def flat(name: str) -> str:
    """Return the letters and digits of a name in lower case."""
    return "".join(one for one in name.lower() if one.isalnum())


def says(name: str, terms: Iterable[str]) -> bool:
    """Say whether a name speaks of one of these: a long term anywhere in it, a short one as a word of its own."""
    whole, parts = flat(name), words(name)
    return any(term in whole if len(term) >= _LONG else term in parts for term in terms)


def one_line(text: str) -> str:
    """Return a text that can stand in a comment: names from a database can hold anything."""
    return "".join(one if one.isprintable() else "?" for one in text)
