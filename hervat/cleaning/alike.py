"""Roots in sets: all of which the same is said, as their BSNs. A column at a time, for there may be many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from hervat.bsn import normalised

_NINE = r"\A[0-9]{9}\z"


@dataclass(frozen=True)
class Alike:
    """The roots with one verdict (1 true, 0 false, None unknown) that are `marked` (restricted already) or are not.

    bsns: their BSNs, nine digits, each once. nameless: how many of these roots have none that can be read.
    """

    verdict: int | None
    marked: bool
    bsns: Sequence[str] = field(default=(), repr=False)
    nameless: int = 0


def alike(verdict: int | None, marked: bool, cells: pl.Series) -> Alike:
    """Return the roots that have these cells as BSN; what is nine digits already, as nearly all are, stays as it is."""
    plain = (cells.str.contains(_NINE) & (cells != "000000000")).fill_null(False)
    bsns = cells.filter(plain).unique().to_list()
    odd = Counter(cells.filter(~plain))
    spelled = {cell: normalised(cell) for cell in odd}
    more = {digits for digits in spelled.values() if digits}
    nameless = sum(times for cell, times in odd.items() if spelled[cell] is None)
    return Alike(verdict, marked, [*bsns, *more.difference(bsns)] if more else bsns, nameless)
