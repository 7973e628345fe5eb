"""What the name of a column says of its content: BSNs, V-nummers. No row is read for it."""

import re
from functools import cache

_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


_BSN = re.compile(r"bsn|burger[^a-z]*service|sofi(?![ae])")


_V_NUMBER = re.compile(r"(?:^|[^a-z])v[^a-z0-9]*(?:nummer|num|nr)(?![a-z])|vreemdeling(?:en)?[^a-z]*(?:nummer|nr)")


@cache
def says_bsn(column: str) -> bool:
    """Say whether a column's name tells that it holds BSNs: bsn, klantBsn, burgerservicenummer, sofi_nr."""
    return bool(_BSN.search(_plain(column)))


@cache
def says_v_number(column: str) -> bool:
    """Say whether a column's name tells that it holds V-nummers: v_nummer, klantVNummer, vnr."""
    return bool(_V_NUMBER.search(_plain(column)))


def _plain(name: str) -> str:
    return _JOINT.sub("_", name).lower()


def one_line(text: str) -> str:
    """Return a text that can stand in a comment: names from a database can hold anything."""
    return "".join(one if one.isprintable() else "?" for one in text)
