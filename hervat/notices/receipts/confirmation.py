"""A confirmation: the small JSON file {"number": ..., "status": ..., "day": "YYYY-MM-DD"}.

It is published as config/schemas/receipt-1.json.

status: received, done, partly or refused, or the Dutch word (statuses.py); the last two with "reason". A supplier that
is done may add "erased", a number of persons, and "evidence". A BSN in a text is not kept.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hervat.bsn import stands_in
from hervat.notices.receipts.statuses import status_of

_LONGEST = 500  # letters of a text
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A recipient's answer to a notice: status and day, with evidence, or the reason why not.

    unfit: a text or number in it can't be kept.
    """

    number: str
    status: str
    day: date
    evidence: str | None = field(default=None, repr=False)
    erased: int | None = None
    unfit: bool = False
    reason: str | None = field(default=None, repr=False)


def read_confirmation(data: bytes) -> Confirmation | None:
    """Return the confirmation in a file, None if there is none."""
    try:
        values = _loaded(data)
        number, status, day = values["number"], status_of(values["status"]), _day(values["day"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if not isinstance(number, str) or status is None:
        return None
    kept = {name: fit(values.get(name)) for name in ("evidence", "reason")} | {"erased": _erased(values.get("erased"))}
    unfit = any(values.get(name) is not None and value is None for name, value in kept.items())
    return Confirmation(number, status, day, unfit=unfit, **kept)  # type: ignore[arg-type]


def number_of(data: bytes) -> str | None:
    """Return the number of a notice in JSON, whatever else it holds; None if there is none."""
    try:
        number = _loaded(data, doubles=True)["number"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return number if isinstance(number, str) else None


def _loaded(data: bytes, doubles: bool = False) -> Any:
    """Return parsed JSON. Raises ValueError for a duplicate key, unless `doubles` are allowed."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    return json.loads(text, object_pairs_hook=dict if doubles else _once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError
    return values


def _day(said: str) -> date:
    """Return a day; of a moment with a time zone the day in the Netherlands."""
    if len(said) == len("YYYY-MM-DD"):
        return date.fromisoformat(said)
    moment = datetime.fromisoformat(said)
    return (moment.astimezone(_AMSTERDAM) if moment.tzinfo else moment).date()


def fit(said: object) -> str | None:
    """Return a text on one line; None if it is empty, too long or holds a BSN."""
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if text and len(text) <= _LONGEST and not stands_in(text) else None


def _erased(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 1 << 31 else None
