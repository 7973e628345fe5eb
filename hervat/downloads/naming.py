"""Facts in the name of a download: when it was made, its wet and its gemeente."""

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
    """Facts in a file name; None if it has no such fact. `made_at` is Dutch time, with its zone.

    impossible: the day or time in the name does not exist.
    """

    made_at: datetime | None = None
    wet: str | None = None
    code: str | None = None
    impossible: bool = False


def name_facts(format: Format, file_name: str) -> NameFacts:
    """Return the facts in a file name (without folders and packing); none if the format's pattern does not match."""
    names = plain_names(file_name)
    match = next(filter(None, (re.match(format.name_pattern, name, re.IGNORECASE) for name in names)), None)
    if not match:
        return NameFacts()
    groups = match.groupdict()
    wet = format.by_wet.get(squeezed(groups.get("wet") or ""))
    made_at = _moment(groups.get("date"), groups.get("time"), _zone(match))
    return NameFacts(made_at, wet, groups.get("code"), bool(groups.get("date") and made_at is None))


def _zone(match: re.Match[str]) -> str:
    """Return the zone that the pattern names, else the one right behind the time."""
    groups = match.groupdict()
    if "zone" in groups or not groups.get("time"):
        return groups.get("zone") or ""
    behind = _ZONE.match(match.string, match.end("time"))
    return behind[0] if behind else ""


def _moment(day: str | None, time: str | None, zone: str) -> datetime | None:
    """Return the moment, at midnight without a time; None for one that does not exist."""
    if not _DAY.fullmatch(day or "") or not (time is None or _TIME.fullmatch(time)):
        return None
    offset = "+0000" if zone[:1].isalpha() else zone
    text = f"{day}{(time or '').ljust(6, '0')}{offset}"
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%S%z" if offset else "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return moment.astimezone(_DUTCH) if offset else moment.replace(tzinfo=_DUTCH)
