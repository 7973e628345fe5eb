"""One row of a disclosures query as hervat understands it: who received whose data, when. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hervat.bsn import normalised
from hervat.today import dutch_day

COLUMNS = ("bsn", "partij", "kenmerk", "verstrekt_op")
UNDATED = date.min
"""Stands for a disclosure without a day: always the same, so that it is stored once."""

_ZONED = re.compile(
    r"(?i)[T ](?P<time>\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?) *(?P<zone>[a-z]{1,5}|[+-]\d{2}(?::?\d{2})?)$"
)
_DUTCH = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A disclosure in plain. bsn: nine digits, None when unreadable; dated: the day was there and could be read."""

    bsn: str | None
    party: str
    reference: str
    provided_on: date
    dated: bool

    def __repr__(self) -> str:
        return "Row(...)"


def row_of(bsn: Any, party: Any, reference: Any, provided: Any) -> Row:
    """Return a row of the query as a disclosure; nothing in it raises."""
    day = _day(provided)
    return Row(normalised(_plain(bsn)), _plain(party), _plain(reference), day or UNDATED, day is not None)


def _plain(value: Any) -> str:
    """Return a value as text; a whole number that came as a float has no '.0'."""
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _day(value: Any) -> date | None:
    """Return the day of a date, a moment, or text (ISO, or day-month-year as vendors write it)."""
    if isinstance(value, datetime):
        return dutch_day(value)
    if isinstance(value, date):
        return value
    said = _plain(value)
    dutch = _DUTCH.match(said)
    try:
        day = date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else _iso(said)
        return _in_zone(day, said)
    except ValueError:
        return None


def _iso(said: str) -> date:
    return date.fromisoformat(said[:8] if said[:8].isdigit() else said[:10])


def _in_zone(day: date, said: str) -> date:
    """Return the day in the Netherlands of a text that names a zone. Raises ValueError where that can't be read."""
    zoned = _ZONED.search(said)
    if zoned is None:
        return day
    zone = "+00:00" if zoned["zone"].casefold() in ("z", "utc", "gmt") else zoned["zone"]
    return dutch_day(datetime.fromisoformat(f"{day.isoformat()}T{zoned['time'].zfill(5)}{zone}"))
