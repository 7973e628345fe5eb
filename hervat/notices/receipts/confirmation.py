"""A confirmation: the small JSON file {"number": ..., "status": ..., "day": "YYYY-MM-DD"}.

It is published as config/schemas/receipt-1.json.

status: received, done, partly or refused, or the Dutch word (statuses.py); the last two with "reason". A supplier who
is done may add "erased", how many persons, and "evidence", what shows it. A BSN in a text is not kept.
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
    """What a recipient says of a notice, of which day, what shows it (evidence), or why not (reason).

    unfit: a text or number in it was not fit to be kept.
    """

    number: str
    status: str
    day: date
    evidence: str | None = field(default=None, repr=False)
    erased: int | None = None
    unfit: bool = False
    reason: str | None = field(default=None, repr=False)


def read_confirmation(data: bytes) -> Confirmation | None:
    """Return the confirmation in a file, None when it is none."""
    try:
        said = _loaded(data)
        number, status, day = said["number"], status_of(said["status"]), _day(said["day"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if not isinstance(number, str) or status is None:
        return None
    kept = {name: fit(said.get(name)) for name in ("evidence", "reason")} | {"erased": _erased(said.get("erased"))}
    unfit = any(said.get(name) is not None and value is None for name, value in kept.items())
    return Confirmation(number, status, day, unfit=unfit, **kept)  # type: ignore[arg-type]


def number_of(data: bytes) -> str | None:
    """Return the number of the notice that JSON names, whatever else it says; None where it names none."""
    try:
        number = _loaded(data, doubles=True)["number"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return number if isinstance(number, str) else None


def _loaded(data: bytes, doubles: bool = False) -> Any:
    """Return JSON. A key that stands twice says two things: then it is none, unless doubles will do."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    return json.loads(text, object_pairs_hook=dict if doubles else _once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError
    return values


def _day(said: str) -> date:
    """Return a day; a moment with a zone is the day that it was in the Netherlands then."""
    if len(said) == len("YYYY-MM-DD"):
        return date.fromisoformat(said)
    moment = datetime.fromisoformat(said)
    return (moment.astimezone(_AMSTERDAM) if moment.tzinfo else moment).date()


def fit(said: object) -> str | None:
    """Return a text as it is kept: one line, not too long, without a BSN; None where it can't be."""
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if text and len(text) <= _LONGEST and not stands_in(text) else None


def _erased(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 1 << 31 else None
