"""A burgerservicenummer that masks itself when printed, and the one way in which its spellings are normalised."""

import re
from dataclasses import dataclass

from stdnum.nl import bsn as elfproef

from hervat.bsn_text import bsns_in

_BLANK = re.compile(r"[\s\u00a0]")
_NOISE = re.compile(r"[.\-]")
_DECIMAL = re.compile(r"^(\d+)\.0{1,2}$")


@dataclass(frozen=True, slots=True)
class Bsn:
    """A BSN that passed the elfproef; printing it shows nothing of it."""

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
    """Return `text` as nine digits, without dots, spaces, padding and '.0' and with lost zeros put back.

    None where no BSN can stand there: empty, other characters, more than nine digits, or only zeros.
    The elfproef is not applied: a local system may hold a wrong number.
    """
    if text is None:
        return None
    digits = _NOISE.sub("", _DECIMAL.sub(r"\1", _BLANK.sub("", str(text))))
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not digits.strip("0"):
        return None
    return digits.zfill(9)


def stands_in(text: str) -> bool:
    """Say whether a BSN stands in a free text, in any spelling, such as a reason that is to be journalled."""
    return any(parse(number) for number in bsns_in(text))


def parse(text: str | None) -> Bsn | None:
    """Return the BSN that `text` spells, or None when it spells none that passes the elfproef."""
    digits = normalised(text)
    return Bsn(digits) if digits and elfproef.is_valid(digits) else None
