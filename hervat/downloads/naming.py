"""What a download's name tells: when it was made, under which wet and for which gemeente."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hervat.downloads.formats import Format, squeezed
from hervat.downloads.packed import plain_names

_DUTCH = ZoneInfo("Europe/Amsterdam")
_DAY, _TIME = re.compile(r"\d{8}"), re.compile(r"\d{6}|\d{4}")
_ZONE = re.compile(r"(?i)(z|utc|gmt)(?![a-z])|[+-]\d{2}:?\d{2}(?!\d)")


@dataclass(frozen=True)
class NameFacts:
    """What the name told; None for what it did not. `made_at` is Dutch time, with its zone.

    impossible: the name tells a day or time, and there is none such.
    """

    made_at: datetime | None = None
    wet: str | None = None
    code: str | None = None
    impossible: bool = False


def name_facts(format: Format, file_name: str) -> NameFacts:
    """Return what `file_name` (folders and packing left off) tells by the format's pattern; nothing without a fit."""
    names = plain_names(file_name)
    found = next(filter(None, (re.match(format.name_pattern, name, re.IGNORECASE) for name in names)), None)
    if not found:
        return NameFacts()
    told = found.groupdict()
    wet = format.by_wet.get(squeezed(told.get("wet") or ""))
    made_at = _moment(told.get("date"), told.get("time"), _zone(found))
    return NameFacts(made_at, wet, told.get("code"), bool(told.get("date") and made_at is None))


def _zone(found: re.Match[str]) -> str:
    """Return the zone that the pattern names, else one that stands right behind the time."""
    told = found.groupdict()
    if "zone" in told or not told.get("time"):
        return told.get("zone") or ""
    behind = _ZONE.match(found.string, found.end("time"))
    return behind[0] if behind else ""


def _moment(day: str | None, time: str | None, zone: str) -> datetime | None:
    """Return the moment, at midnight where no time is told; None for one that does not exist."""
    if not _DAY.fullmatch(day or "") or not (time is None or _TIME.fullmatch(time)):
        return None
    offset = "+0000" if zone[:1].isalpha() else zone
    text = f"{day}{(time or '').ljust(6, '0')}{offset}"
    try:
        found = datetime.strptime(text, "%Y%m%d%H%M%S%z" if offset else "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return found.astimezone(_DUTCH) if offset else found.replace(tzinfo=_DUTCH)
