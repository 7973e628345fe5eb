"""Repeated errors in a server's log: the only place where failures of Prefect's own services show."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
"""How our servers write the moment of a line."""
_LINE = re.compile(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* \| (?P<level>\w+)\s*\| (?P<who>[\w.]+) - ")
_RAISED = re.compile(r"^(?P<name>[A-Za-z_][\w.]*(?:Error|Exception|Timeout))\b")
_SEVERE = ("ERROR", "CRITICAL")
_OFTEN, _LATELY = 3, timedelta(hours=1)
_LAST = 2_000_000


def repeated_errors(log: Path, now: datetime | None = None) -> list[str]:
    """Return the errors that occur three times or more in the last hour of a log: logger, class, count.

    A line's own text is not repeated: it may hold what a flow was given. now: by the machine's own clock.
    """
    since = (now or datetime.now()) - _LATELY
    counts: Counter[str] = Counter()
    who = ""
    for line in _lines(log):
        if head := _LINE.match(line):
            severe = head["level"] in _SEVERE and datetime.strptime(head["at"], DATE_FORMAT) >= since
            who = head["who"] if severe else ""
            counts[who] += bool(who)
        elif who and (raised := _RAISED.match(line)):
            counts[who] -= 1
            counts[f"{who} ({raised['name'].rpartition('.')[2]})"] += 1
            who = ""
    return [f"{name}, {count} times in an hour" for name, count in counts.items() if count >= _OFTEN]


def _lines(log: Path) -> list[str]:
    """Return the lines of a log, of the last two megabytes at most; none where there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
