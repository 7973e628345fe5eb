"""Conducting a night of one municipality: its lock, its run record, its steps and the account of it."""

from dataclasses import dataclass, field
from typing import Any

from hervat import __version__, journal
from hervat.night import Night
from hervat.overview import account
from hervat.register import municipality_lock
from hervat.register.models import Run, utc_now
from hervat.register.settle import refuse_earlier
from tasks.step import Perform, Step, walk

DONE, WAITS, FAILED = 0, 1, 3


@dataclass(frozen=True)
class Outcome:
    """What a night came to: the public account, errors, what waits for a person, and the exit status (0, 1 or 3)."""

    account: dict[str, Any]
    exit_status: int
    errors: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)


def conduct(night: Night, steps: list[Step], perform: Perform) -> Outcome:
    """Run the steps under the municipality's lock. Raises Busy, or UsageError for a day before the last settled one."""
    with municipality_lock(night.register, night.code):
        refuse_earlier(night)
        run = _begin(night, steps)
        walk(night, steps, perform)
        told = account(night)
        outcome = Outcome(
            told, _exit_status(night), list(dict.fromkeys(night.errors)), list(dict.fromkeys(night.attention))
        )
        _end(night, run, outcome)
    return outcome


def _exit_status(night: Night) -> int:
    return FAILED if night.errors else WAITS if night.attention else DONE


def _begin(night: Night, steps: list[Step]) -> int:
    with night.register.session() as session:
        run = Run(
            municipality=night.code,
            as_of=night.as_of,
            shadow=night.shadow,
            steps=[step.name for step in steps],
            version=__version__,
        )
        session.add(run)
        session.flush()
        journal.record(session, night.code, night.actor, "run begun", f"run {run.id}", str(night.as_of), night.origin)
        return run.id


def _end(night: Night, run: int, outcome: Outcome) -> None:
    with night.register.session() as session:
        row = session.get_one(Run, run)
        row.ended_at, row.exit_status, row.counts = utc_now(), outcome.exit_status, outcome.account
        told = f"exit status {outcome.exit_status}"
        journal.record(session, night.code, night.actor, "run ended", f"run {run}", told, night.origin)
