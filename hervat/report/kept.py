"""The run behind the last report, kept beside it, so that the page can be renewed after a decision.

Counts, and texts that the page shows already; no personal data. It is as private as the page.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hervat.report.files import private_file, private_folder

_NAME = "laatste.json"


@dataclass(frozen=True)
class KeptReport:
    """The day of the run, whether it was a shadow, the counts of its steps, and its errors and attention."""

    day: date
    shadow: bool
    counts: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)


def keep(output: Path, code: str, kept: KeptReport) -> None:
    """Write it to <output>/report/<code>/laatste.json. Raises WriteFailed."""
    with private_file(private_folder(output, "report", code) / _NAME) as file:
        file.write(json.dumps(asdict(kept), default=str).encode())


def read_kept(output: Path, code: str) -> KeptReport | None:
    """Return the kept report; None if there is none, or it can't be read."""
    try:
        read = json.loads((output / "report" / code / _NAME).read_bytes())
        return KeptReport(**{**read, "day": date.fromisoformat(read["day"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
