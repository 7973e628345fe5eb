"""A BSN (burgerservicenummer) that masks itself when printed, and the normalisation of its spellings."""

import re
from dataclasses import dataclass

from stdnum.nl import bsn as elfproef

from hervat.bsn_text import bsns_in

_BLANK = re.compile(r"[\s\u00a0]")
_NOISE = re.compile(r"[.\-]")
_DECIMAL = re.compile(r"^(\d+)\.0{1,2}$")


@dataclass(frozen=True, slots=True)
class Bsn:
    """A BSN that passed the elfproef; masked when printed."""

    _digits: str

    def reveal(self) -> str:
        """Return the nine digits, for storage and comparison only."""
        return self._digits

    def __repr__(self) -> str:
        return "Bsn(*********)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)


def normalised(text: str | int | float | None) -> str | None:
    """Return `text` as nine digits, without dots, spaces, padding and '.0', and with lost leading zeros.

    None if it can't be a BSN: empty, other characters, more than nine digits, or only zeros. The elfproef is not
    applied: a local system may hold a wrong number.
    """
    if text is None:
        return None
    digits = _NOISE.sub("", _DECIMAL.sub(r"\1", _BLANK.sub("", str(text))))
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not digits.strip("0"):
        return None
    return digits.zfill(9)


def stands_in(text: str) -> bool:
    """True if a free text holds a BSN, in any spelling."""
    return any(parse(number) for number in bsns_in(text))


def parse(text: str | None) -> Bsn | None:
    """Return the BSN in `text`, None if it does not pass the elfproef."""
    digits = normalised(text)
    return Bsn(digits) if digits and elfproef.is_valid(digits) else None
