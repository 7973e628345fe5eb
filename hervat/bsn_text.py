"""Find candidates for a BSN in free text, in any spelling: for lists, free-text columns and reasons.

It finds too many rather than too few and applies no elfproef: compare the result with the BSNs that you look for. For a
cell or column that holds one number, use `hervat.bsn.normalised`.
"""

import re
from collections.abc import Iterator

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
