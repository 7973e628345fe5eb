"""How a person's row is found by BSN, whatever its spelling, and by an index where there is one."""

from collections.abc import Callable
from itertools import combinations_with_replacement, product
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, not_, types

from hervat.bsn import normalised
from hervat.cleaning.databases import Database
from hervat.cleaning.databases.base import NOISE
from hervat.cleaning.schema import TableInfo

Pairs: TypeAlias = list[tuple[str, str]]
Conditions: TypeAlias = Callable[[ColumnElement[str]], list[ColumnElement[bool]]]

_DIGITS = 9
_SPELLINGS = (1, 90, 3500)  # at most so many by zeros in front, in nine characters
_MOST = 100_000


def looked_up(table: TableInfo, bsn: str, pairs: Pairs, database: Database) -> tuple[Pairs, Conditions]:
    """Return what to look for, as (person, text), and the conditions under which a row bears such a text.

    A row fulfils at most one condition for one person's BSN. A number is compared as a number. Under an index a text
    of at most nine characters is looked up in every spelling that fits; a longer one as nine digits, and what is
    spelled otherwise there is normalised. Without an index every text is normalised.
    """
    column = table.column(bsn)
    if isinstance(column.type, types.Numeric | types.Integer) and not database.typeless:
        return pairs, lambda asked: [column == cast(asked, BigInteger)]
    room = column.type.length if isinstance(column.type, String) else 0
    if not table.is_indexed((bsn,)) or (room is not None and room < _DIGITS):
        return pairs, lambda asked: [database.normalised_bsn(column) == asked]
    if only_nine(column, database) and _few(pairs):
        padded = database.pads or isinstance(column.type, types.CHAR)
        return all_spelled(pairs, padded), lambda asked: [database.bears(column, asked)]
    odd = database.odd(column)
    return pairs, lambda asked: [
        and_(database.bears(column, asked), not_(odd)),
        and_(odd, database.normalised_bsn(column) == asked),
    ]


def only_nine(column: ColumnElement[Any], database: Database) -> bool:
    """Say whether a column has room for nine characters and no more."""
    return isinstance(column.type, String) and column.type.length == _DIGITS and not database.typeless


def all_spelled(pairs: Pairs, padded: bool) -> Pairs:
    """Return every spelling of each BSN that fits in nine characters; padded: blanks at the end say nothing."""
    return sorted({(key, text.rstrip(" ") if padded else text) for key, digits in pairs for text in spellings(digits)})


def spellings(digits: str) -> set[str]:
    """Return the texts of at most nine characters that `hervat.bsn.normalised` reads as these nine digits."""
    if digits[0] != "0":
        return {digits}  # nothing else fits
    found = {digits}
    for lost in range(1, _zeros(digits) + 1):
        kept = digits[lost:]
        found |= {kept, f"{kept}.0", f"{kept}.00"}
        for count in range(1, lost + 1):
            for places in combinations_with_replacement(range(len(kept) + 1), count):
                found |= {_with(kept, places, noise) for noise in product(NOISE, repeat=count)}
    return {text for text in found if len(text) <= _DIGITS and normalised(text) == digits}


def _with(kept: str, places: tuple[int, ...], noise: tuple[str, ...]) -> str:
    for place, one in sorted(zip(places, noise, strict=True), reverse=True):
        kept = kept[:place] + one + kept[place:]
    return kept


def _few(pairs: Pairs) -> bool:
    zeros = [_zeros(digits) for _, digits in pairs]
    return max(zeros, default=0) < len(_SPELLINGS) and sum(_SPELLINGS[one] for one in zeros) <= _MOST


def _zeros(digits: str) -> int:
    return len(digits) - len(digits.lstrip("0"))
