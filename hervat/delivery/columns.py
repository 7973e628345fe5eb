"""The values of a kenmerk in many records at once: texts, or what is wrong. What was met before is not judged again."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from hervat.delivery.layout import Kenmerk
from hervat.delivery.values import Fault, written

_KNOWN = 20_000  # values of one kenmerk that are kept in mind
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_FEW_VALUES = ("date", "code", "integer")
_SPELLED_ALIKE = {str, int, bool, date, datetime}  # equal ones are one text; Decimal("1") and Decimal("1.0") are not
Texts = Sequence[str | None]
Wrong = Callable[[int, str], None]


def written_as_is(bsns: Sequence[str]) -> pl.Series:
    """Return which texts are nine digits that pass the elfproef: all at once, for one by one it takes seconds."""
    texts = pl.Series(bsns, dtype=pl.String)
    nine = texts.str.contains(r"\A[0-9]{9}\z")
    number = texts.cast(pl.Int64, strict=False)
    total = sum((number // 10 ** (8 - at) % 10 * weight for at, weight in enumerate(_WEIGHTS)), pl.Series([0]))
    return (nine & (number > 0) & (total % 11 == 0)).fill_null(False)


class _Seen(dict[Any, str | None]):
    """Value -> text, worked out when it is first met."""

    def __init__(self, kenmerk: Kenmerk) -> None:
        super().__init__()
        self._kenmerk = kenmerk

    def __missing__(self, value: Any) -> str | None:
        text = written(self._kenmerk, value)
        if len(self) < _KNOWN:
            self[value] = text
        return text


class Column:
    """Judges the values of one kenmerk, a part of the records at a time."""

    def __init__(self, kenmerk: Kenmerk) -> None:
        self.kenmerk = kenmerk
        self._seen: dict[type, _Seen] = {}

    def texts(self, values: Sequence[Any], wrong: Wrong) -> Texts:
        """Return the texts of the values, None where there is none; `wrong` is told (place, reason) of the others."""
        judge = self._judge(values)
        if self.kenmerk.type == "bsn" and set(map(type, values)) == {str} and bool(written_as_is(values).all()):
            return values
        try:
            return list(map(judge, values))
        except Fault:
            return [self._one(judge, place, value, wrong) for place, value in enumerate(values)]

    def _judge(self, values: Sequence[Any]) -> Callable[[Any], str | None]:
        """Return what judges a value: with a memory where values recur and all are of one type (1 equals True)."""
        kinds = set(map(type, values)) - {type(None)}
        if self.kenmerk.type in _FEW_VALUES and len(kinds) <= 1 and kinds <= _SPELLED_ALIKE:
            kind = kinds.pop() if kinds else type(None)
            return self._seen.setdefault(kind, _Seen(self.kenmerk)).__getitem__
        return lambda value: written(self.kenmerk, value)

    def _one(self, judge: Callable[[Any], str | None], place: int, value: Any, wrong: Wrong) -> str | None:
        try:
            return judge(value)
        except Fault as fault:
            wrong(place, str(fault))
            return None
