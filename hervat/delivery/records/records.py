"""The records of a delivery, judged by the layout while they stream; all mistakes at once, no value."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

from hervat import bsn
from hervat.delivery.records.layout import Kenmerk, RecordLayout
from hervat.delivery.records.source import RecordsSource
from hervat.errors import HervatError
from hervat.today import DUTCH

# what XML 1.0 has no way to write
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"-?[0-9]{1,18}(?:\.0{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.0+)?")  # for values typed as numbers
_BLANK = " "  # CHAR columns are padded with it; any other blank around a value belongs to it
_YEARS = range(1900, 2100)  # a day outside means none (9999-12-31), or lost its century (0022-03-01)
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")


class Fault(ValueError):
    """Why a value can't be written, as a code."""


def written(kenmerk: Kenmerk, value: Any) -> str | None:
    """Return the text of a value in the XML, None where there is none. Raises Fault."""
    if _FORBIDDEN.search(str(value)):
        raise Fault("forbidden_character")
    if value is None or not str(value).strip():
        if kenmerk.mandatory:
            raise Fault("missing")
        return None
    return _WRITERS[kenmerk.type](kenmerk, value)


def _bsn(_kenmerk: Kenmerk, value: Any) -> str:
    found = bsn.parse(str(value))
    if found is None:
        raise Fault("no_bsn")
    return found.reveal()


def _text(kenmerk: Kenmerk, value: Any) -> str:
    if isinstance(value, bool | float | bytes | bytearray | memoryview | list | dict):
        raise Fault("no_text")
    text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
    if kenmerk.length is not None and len(text) > kenmerk.length:
        raise Fault("too_long")
    return text


def _code(kenmerk: Kenmerk, value: Any) -> str:
    text = str(value).strip(_BLANK)
    if text not in kenmerk.codes:
        raise Fault("unknown_code")
    return text


def _integer(kenmerk: Kenmerk, value: Any) -> str:
    typed = isinstance(value, int | float | Decimal)
    text = format(value, "f") if isinstance(value, Decimal) else str(value).strip(_BLANK)
    if isinstance(value, bool) or not (_NUMBER if typed else _INTEGER).fullmatch(text):
        raise Fault("no_integer")
    number = int(text.split(".")[0])
    low, high = kenmerk.minimum, kenmerk.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise Fault("out_of_bounds")
    return str(number)


def _date(_kenmerk: Kenmerk, value: Any) -> str:
    day = _day(value)
    if day.year not in _YEARS:
        raise Fault("date_out_of_bounds")
    return day.isoformat()


def _day(value: Any) -> date:
    """Return the day that a value is; a moment with a zone is that of the Netherlands, and only midnight is a day."""
    if isinstance(value, datetime):
        moment = value.astimezone(DUTCH) if value.tzinfo else value
        if moment.time() != time():
            raise Fault("no_date")
        return moment.date()
    if isinstance(value, date):
        return value
    match = _MIDNIGHT.fullmatch(value.strip(_BLANK)) if isinstance(value, str) and value.isascii() else None
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise Fault("no_date") from None


_WRITERS = {"bsn": _bsn, "text": _text, "code": _code, "integer": _integer, "date": _date}


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
        """Return the function that judges a value; it remembers recurring values of one type (1 equals True)."""
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


_SHOWN = 20


class RecordsError(HervatError):
    """Records that can't be delivered: their numbers, kenmerken and reasons."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some records, one after another: the number of the first (from 1, in the order of the query's columns), and the
    texts of each kenmerk that the query gives, in the layout's order."""

    first: int
    texts: dict[str, Texts] = field(repr=False)

    @property
    def size(self) -> int:
        """The number of records."""
        return len(self.texts["bsn"])

    def of(self, name: str) -> Texts:
        """Return the texts of a kenmerk, all None where the query does not give it."""
        return self.texts.get(name) or [None] * self.size


@dataclass
class _Faults:
    """What was wrong: the first few by place, all by count."""

    first: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, number: int, kenmerk: str, reason: str) -> None:
        self.counts[f"{kenmerk}: {reason}"] += 1
        if len(self.first) < _SHOWN:
            self.first.append(f"record {number}: {kenmerk}: {reason}")

    def raise_any(self) -> None:
        total = self.counts.total()
        if total:
            more = [f"and {total - _SHOWN} more"] if total > _SHOWN else []
            sums = ", ".join(f"{what} {count} times" for what, count in sorted(self.counts.items()))
            places = "\n".join(self.first + more)
            order = "records are counted in the order of the query's columns"
            raise RecordsError(f"{total} values can't be delivered ({sums}); {order}:\n{places}")


def read_parts(source: RecordsSource, layout: RecordLayout) -> Iterator[Part]:
    """Yield the records; raises RecordsError after the last when any value was wrong, so nothing may be kept."""
    columns, faults, first = _columns(source, layout), _Faults(), 1
    for rows in source.parts():
        part = Part(first, _texts(first, rows, columns, faults))
        _refuse_absent(part, [one for _, one in columns], layout, faults)
        yield part
        first += len(rows)
    faults.raise_any()


def check_columns(source: RecordsSource, layout: RecordLayout) -> None:
    """Raise RecordsError when the query's columns are no kenmerken, or a mandatory one is not among them."""
    _columns(source, layout)


def _columns(source: RecordsSource, layout: RecordLayout) -> list[tuple[int, Column]]:
    places = {name: place for place, name in enumerate(source.columns)}
    known = {name.lower(): kenmerk for name, kenmerk in layout.by_name.items()}
    strange = sorted(set(places) - set(known))
    if strange:
        raise RecordsError(
            f"cbs.records: {', '.join(strange)} is not a kenmerk of the layout {layout.name}; name each column as one"
            f" ({', '.join(layout.by_name)}), or drop it"
        )
    lacking = [kenmerk.name for kenmerk in layout.kenmerken if kenmerk.mandatory and kenmerk.name.lower() not in places]
    if lacking:
        raise RecordsError(f"cbs.records: the query lacks the mandatory {', '.join(lacking)}")
    return [(places[name], Column(kenmerk)) for name, kenmerk in known.items() if name in places]


def _texts(
    first: int, rows: Sequence[Sequence[Any]], columns: list[tuple[int, Column]], faults: _Faults
) -> dict[str, Texts]:
    turned = list(zip(*rows, strict=True))
    return {
        one.kenmerk.name: one.texts(
            turned[place],
            lambda at, reason, name=one.kenmerk.name: faults.add(first + at, name, reason),  # type: ignore[misc]
        )
        for place, one in columns
    }


def _refuse_absent(part: Part, columns: list[Column], layout: RecordLayout, faults: _Faults) -> None:
    """Record where a kenmerk is missing without a ground in the layout: the person's group and leerroute have it."""
    for one in (column.kenmerk for column in columns):
        if one.bound:
            for at in absent(part, one, layout):
                faults.add(part.first + at, one.name, "missing")


def absent(part: Part, kenmerk: Kenmerk, layout: RecordLayout) -> Iterator[int]:
    """Yield the places of the records that lack a kenmerk which applies to them."""
    of_all = zip(part.of(kenmerk.name), part.of(layout.group), part.of(layout.leerroute), strict=True)
    for at, (text, group, leerroute) in enumerate(of_all):
        if text is None and applies(kenmerk, group, leerroute):
            yield at


def applies(kenmerk: Kenmerk, group: str | None, leerroute: str | None) -> bool:
    """True if a kenmerk applies to a person of this group on this leerroute."""
    return (not kenmerk.groups or group in kenmerk.groups) and (
        not kenmerk.leerroutes or leerroute in kenmerk.leerroutes
    )
