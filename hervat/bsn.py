"""A BSN (burgerservicenummer) that masks itself when printed, its spellings normalised, and candidates in free text.

`bsns_in` searches lists, free-text columns and reasons: it finds too many rather than too few and applies no elfproef.
Compare the result with the BSNs that you look for. For a cell or column that holds one number, use `normalised`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.nl import bsn as elfproef

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


_LONGEST, _SHORTEST = 9, 8  # a shorter number is a BSN that lost zeros only right after the word BSN
_GAP = r"(?:[^\S\r\n]|[.\-\u2010-\u2013]){1,3}"  # between the parts of one number: dots, dashes, spaces, no line break
_CHAIN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_PART = re.compile(r"[0-9]+")
_NAMED = re.compile(
    r"(?:bsn|burgerservice[a-z]*|sofi[a-z]*)[^\w\r\n]{0,5}(?:nr|nummer)?[^\w\r\n]{0,5}([0-9]{4,7})(?![0-9])",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"(?<![0-9.,])([0-9])[.,]([0-9]+)E\+?0*([0-9])(?![0-9])", re.IGNORECASE)
_DATE = re.compile(
    r"(?<![0-9])(?:(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}([-./])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_LOST_ZERO = {(8,), (2, 3, 3), (3, 2, 3)}  # how eight digits are grouped within a longer chain of numbers
_LEAST_DECIMALS = 7  # programs round to six by default


def bsns_in(text: str) -> Iterator[str]:
    """Yield each number in the text that may be a BSN, once, as nine digits with lost leading zeros.

    Candidates are runs of eight or nine digits, also in groups ("123.456.782", "1234 56 782") or with ".0" behind them,
    scientific notation with all digits ("1.23456782E+08", not a rounded one), and a shorter number after the word BSN.
    A run of ten digits or more is not a candidate, nor is a date.
    """
    seen = {"0" * _LONGEST}
    for digits in _candidates(text):
        number = digits.zfill(_LONGEST)
        if number not in seen:
            seen.add(number)
            yield number


def _candidates(text: str) -> Iterator[str]:
    for match in _SCIENTIFIC.finditer(text):
        yield from _written_out(*match.groups())
    plain = _DATE.sub("|", _SCIENTIFIC.sub("|", text))
    for chain in _CHAIN.findall(plain):
        yield from _of_chain(_without_decimals(_PART.findall(chain)))
    for match in _NAMED.finditer(plain):
        yield match[1]


def _written_out(first: str, decimals: str, exponent: str) -> Iterator[str]:
    """Yield the number in scientific notation, if no digit can have been rounded away."""
    power = int(exponent)
    if len(decimals) >= _LEAST_DECIMALS and not decimals[power:].strip("0"):
        yield first + decimals[:power].ljust(power, "0")


def _without_decimals(parts: list[str]) -> list[str]:
    """Return the parts without the ".0" that a spreadsheet appends to a number."""
    return parts[:-1] if len(parts) > 1 and parts[-1] in ("0", "00") and len(parts[-2]) >= _SHORTEST - 1 else parts


def _of_chain(parts: list[str]) -> Iterator[str]:
    """Yield the numbers that adjacent parts form: nine digits, or eight if they are alone or grouped as a BSN."""
    for start in range(len(parts)):
        size = 0
        for end in range(start, len(parts)):
            size += len(parts[end])
            if size > _LONGEST:
                break
            taken = parts[start : end + 1]
            lost = size == _SHORTEST and (len(taken) == len(parts) or tuple(map(len, taken)) in _LOST_ZERO)
            if size == _LONGEST or lost:
                yield "".join(taken)
