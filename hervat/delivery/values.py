"""One value of a record: how it is written, or why it can't be. The reason is a code; the value is never in it.

What may be read in two ways is refused, never guessed: in a text '1.000' is a thousand in Dutch and one elsewhere. So a
text is an integer when it is digits alone, with a minus at most, or ends in '.0' or '.00', which no thousand does. What
the database gives as a number is that number.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hervat import bsn
from hervat.delivery.layout import Kenmerk
from hervat.today import DUTCH

# what XML 1.0 has no way to write
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"-?[0-9]{1,18}(?:\.0{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.0+)?")  # of what is a number by its type
_BLANK = " "  # CHAR columns are padded with it; any other blank around a value belongs to it
_YEARS = range(1900, 2100)  # a day outside stands for none (9999-12-31), or lost its century (0022-03-01)
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
