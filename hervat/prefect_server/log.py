"""What a server's log says again and again. Prefect's own services fail there and nowhere else."""

import re
from collections import Counter
from pathlib import Path

_LINE = re.compile(r"\| (?:ERROR|CRITICAL)\s*\| (?P<who>[\w.]+) - (?P<what>.*)")
_RAISED = re.compile(r"^(?P<name>[A-Za-z_][\w.]*(?:Error|Exception|Warning|Timeout))\b")
_OFTEN = 3
_LAST = 2_000_000


def repeated_errors(log: Path, since: int = 0) -> list[str]:
    """Return the errors that stand three times or more in a log after byte `since`: who, what class, how often.

    A line's own text is not repeated: it may hold what a flow was given.
    """
    found: Counter[str] = Counter()
    who = ""
    for line in _lines(log, since):
        if named := _LINE.search(line):
            who = named["who"]
            found[who] += 1
        elif who and (raised := _RAISED.match(line)):
            found[who] -= 1
            found[f"{who} ({raised['name'].rpartition('.')[2]})"] += 1
            who = ""
    return [f"{name}, {count} times" for name, count in found.items() if count >= _OFTEN]


def _lines(log: Path, since: int) -> list[str]:
    """Return the lines after a byte, two megabytes of them at most; a log that was cut counts from its start."""
    try:
        size = log.stat().st_size
        with log.open("rb") as file:
            file.seek(max(since if since <= size else 0, size - _LAST))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
