"""The patterns of days in a format: a time and a zone behind a day are no part of them."""

import re

_DAY = re.compile(r"%-?[dejmyYbBhDF]")
_TIME = re.compile(r"%[-_0]?[HIklMSTRXpPzZsfcr+]|%\.?\d*f|(?<=[Tt ])\d")
_ZONE = re.compile(r"[Zz]$|UTC$|GMT$|[+-]\d{2}:?\d{2}$")
NO_DAY = 'a pattern in date_formats is of a day alone, as "%Y-%m-%d" is: a time and a zone behind it are read without'


def day_pattern(pattern: str) -> str | None:
    """Return the part of a pattern that is about the day, None where a time or zone can't be taken off its end."""
    time = _TIME.search(pattern)
    day = re.sub(r"[Tt]$|,? +$", "", pattern[: time.start()]) if time else pattern
    rest = pattern[len(day) :]
    if not _DAY.search(day) or _DAY.search(rest) or _ZONE.search(day) or (time and time.start() == len(day)):
        return None
    return day
