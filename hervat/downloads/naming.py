"""What a download's name tells: when it was made, under which wet and for which gemeente."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hervat.downloads.formats import Format, squeezed
from hervat.downloads.packed import plain_names

_DUTCH = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class NameFacts:
    """What the name told; None for what it did not. `made_at` is Dutch time, with its zone."""

    made_at: datetime | None = None
    wet: str | None = None
    code: str | None = None


def name_facts(format: Format, file_name: str) -> NameFacts:
    """Return what `file_name` (folders and packing left off) tells by the format's pattern; nothing without a fit."""
    names = plain_names(file_name)
    found = next(filter(None, (re.match(format.name_pattern, name, re.IGNORECASE) for name in names)), None)
    if not found:
        return NameFacts()
    told = found.groupdict()
    wet = format.by_wet.get(squeezed(told.get("wet") or ""))
    return NameFacts(_moment(told.get("date"), told.get("time")), wet, told.get("code"))


def _moment(day: str | None, time: str | None) -> datetime | None:
    """Return the moment, at midnight where no time is told; None for one that does not exist."""
    try:
        return datetime.strptime(f"{day or ''}{time or '000000'}", "%Y%m%d%H%M%S").replace(tzinfo=_DUTCH)
    except ValueError:
        return None
