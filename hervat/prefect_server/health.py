"""Whether the nights of a server start by themselves: a next one is scheduled, and its log repeats no error."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hervat.prefect_server.api import Api, ServerSilent
from hervat.prefect_server.log import repeated_errors


@dataclass(frozen=True)
class Health:
    """When the next night starts, and what is wrong; each line names the mend."""

    next_night: datetime | None = None
    wrong: list[str] = field(default_factory=list)


def health(api: Api, log: Path | None = None, since: int = 0) -> Health:
    """Ask a server how it is. log: its log, where it is ours; since: from which byte on it counts."""
    wrong = [f"Prefect's server fails again and again: {one}; see {log}" for one in repeated(log, since)]
    try:
        night = api.next_night()
    except ServerSilent as error:
        return Health(None, [str(error), *wrong])
    if night is None:
        wrong.insert(0, "no next night is scheduled: see in the UI whether the schedule of `nightly` was paused")
    return Health(night, wrong)


def repeated(log: Path | None, since: int) -> list[str]:
    """Return the errors that a log repeats; none where there is no log."""
    return repeated_errors(log, since) if log is not None else []
