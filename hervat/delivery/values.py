"""One value of a record: how it is written, or why it can't be. The reason is a code; the value is never in it."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hervat import bsn
from hervat.delivery.layout import Kenmerk
from hervat.today import DUTCH

# what XML 1.0 has no way to write
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[+-]?\d{1,18}(\.0+)?")
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
    text = str(value).strip()
    if kenmerk.length is not None and len(text) > kenmerk.length:
        raise Fault("too_long")
    return text


def _code(kenmerk: Kenmerk, value: Any) -> str:
    text = str(value).strip()
    if text not in kenmerk.codes:
        raise Fault("unknown_code")
    return text


def _integer(kenmerk: Kenmerk, value: Any) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and _INTEGER.fullmatch(text)):
        raise Fault("no_integer")
    number = int(text.split(".")[0])
    low, high = kenmerk.minimum, kenmerk.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise Fault("out_of_bounds")
    return str(number)


def _date(_kenmerk: Kenmerk, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(DUTCH) if value.tzinfo else value
        if value.time() != time():
            raise Fault("no_date")
        return str(value.date())
    if isinstance(value, date):
        return value.isoformat()
    match = _MIDNIGHT.fullmatch(str(value).strip())
    try:
        return date.fromisoformat(match[1] if match else "").isoformat()
    except ValueError:
        raise Fault("no_date") from None


_WRITERS = {"bsn": _bsn, "text": _text, "code": _code, "integer": _integer, "date": _date}
