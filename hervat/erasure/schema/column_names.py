"""Column names that suggest BSNs or V-nummers; no row is read."""

import re
from functools import cache

_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


_BSN = re.compile(r"bsn|burger[^a-z]*service|sofi(?![ae])")


_V_NUMBER = re.compile(r"(?:^|[^a-z])v[^a-z0-9]*(?:nummer|num|nr)(?![a-z])|vreemdeling(?:en)?[^a-z]*(?:nummer|nr)")


@cache
def says_bsn(column: str) -> bool:
    """True if the column's name suggests BSNs: bsn, klantBsn, burgerservicenummer, sofi_nr."""
    return bool(_BSN.search(_plain(column)))


@cache
def says_v_number(column: str) -> bool:
    """True if the column's name suggests V-nummers: v_nummer, klantVNummer, vnr."""
    return bool(_V_NUMBER.search(_plain(column)))


def _plain(column: str) -> str:
    return _JOINT.sub("_", column).lower()


def one_line(text: str) -> str:
    """Return the text with every unprintable character replaced by "?", safe for a comment: a database name can hold
    anything.
    """
    return "".join(letter if letter.isprintable() else "?" for letter in text)
