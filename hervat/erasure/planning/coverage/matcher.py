"""Match BSNs and V-nummers, in any spelling, in the text of a cell. Never print what is in here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import Any

from hervat.bsn import bsns_in, normalised
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.number_columns import MIN_DIGITS
from hervat.erasure.selection.persons import Persons

BSN, V_NUMBER = "bsn", "v"
_LONGEST_V = 10
_CHAIN = re.compile(r"[0-9]+(?:(?:[^\S\r\n]|[.\-\u2010-\u2013]){1,3}[0-9]+)*")
_PART = re.compile(r"[0-9]+")
_WHOLE = re.compile(r"\s*([0-9][0-9\s.\-\u00a0]*?)(?:[.,]0{1,2})?\s*")
_NO_DIGIT = re.compile(r"[^0-9]+")
_DATES = ([2, 2, 4], [4, 2, 2], [1, 2, 4], [2, 1, 4])


@dataclass(frozen=True)
class NumberMatcher:
    """Numbers to search for, each with its person's key: BSNs of nine digits, V-nummers without leading zeros."""

    bsns: Mapping[str, str] = field(repr=False)
    v_numbers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, persons: Persons, v_numbers: Persons) -> "NumberMatcher":
        """Return the matcher for these persons (key -> BSNs, key -> V-nummers)."""
        bsns = {bsn: key for key, texts in persons.items() for text in texts if (bsn := normalised(text))}
        others = {v: key for key, texts in v_numbers.items() for text in texts if (v := _significant(text))}
        return cls(bsns, others)

    @property
    def numbers(self) -> set[int]:
        """All of them as integers."""
        return {int(digits) for digits in (*self.bsns, *self.v_numbers)}

    def matches(self, column: str, value: Any) -> set[tuple[str, str]]:
        """Return (kind, person's key) of each number in a cell of this column."""
        text = _text(value)
        if not self._may_contain(_NO_DIGIT.sub("", text)):
            return set()
        bsns = {self.bsns.get(bsn) for bsn in _bsns(text, says_bsn(column))}
        others = {self.v_numbers.get(number) for number in _v_numbers(text, says_v_number(column))}
        return {(BSN, key) for key in bsns if key} | {(V_NUMBER, key) for key in others if key}

    def _may_contain(self, digits: str) -> bool:
        """True if these digits may contain a number. Nearly all cells end here, fifty times as fast."""
        return any(
            digits[at : at + size] in stems
            for size, stems in self._stems.items()
            for at in range(len(digits) - size + 1)
        )

    @cached_property
    def _stems(self) -> dict[int, set[str]]:
        """The first digits of each number, by their count: in any spelling they are consecutive digits of the text."""
        stems: dict[int, set[str]] = {}
        for number in (*self.bsns, *self.v_numbers):
            stem = number.strip("0")[:MIN_DIGITS]  # leading and trailing zeros can be lost, in "1.2E+08" too
            stems.setdefault(len(stem), set()).add(stem)
        return stems


def _text(value: Any) -> str:
    """Return a cell as text; "" for a number that is not whole."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float | Decimal):
        return str(int(value)) if isfinite(value) and int(value) == value else ""
    return str(value)


def _bsns(text: str, named: bool) -> Iterator[str]:
    yield from bsns_in(text)
    whole = normalised(text)
    if whole and (named or len(whole.lstrip("0")) == MIN_DIGITS):  # longer ones were yielded already
        yield whole


def _v_numbers(text: str, named: bool) -> Iterator[str]:
    for chain in _CHAIN.findall(text):
        yield from _of_chain(_without_decimals(_PART.findall(chain)))
    if named and (whole := _WHOLE.fullmatch(text)):
        yield _significant(whole[1])


def _without_decimals(parts: list[str]) -> list[str]:
    return parts[:-1] if len(parts) > 1 and parts[-1] in ("0", "00") else parts


def _of_chain(parts: list[str]) -> Iterator[str]:
    """Yield the numbers that neighbouring parts spell: nine or ten digits, or fewer if the text has no other digits."""
    for start in range(len(parts)):
        size = 0
        for end in range(start, len(parts)):
            size += len(parts[end])
            if size > _LONGEST_V:
                break
            chosen = parts[start : end + 1]
            alone = len(chosen) in (1, len(parts)) and [*map(len, chosen)] not in _DATES
            number = _significant("".join(chosen))
            if len(number) >= (MIN_DIGITS if alone else _LONGEST_V - 1):
                yield number


def _significant(text: str) -> str:
    return _NO_DIGIT.sub("", text).lstrip("0")
