"""A run: the night of one municipality under its lock, with its run record, its steps and its account."""

from dataclasses import dataclass, field, replace
from typing import Any

from hervat import __version__
from hervat.anchors import Anchor, AnchorFailed, head, write_anchor
from hervat.databases import connections_kept
from hervat.night import Night
from hervat.register import ServerPlaces, municipality_lock
from hervat.register.models import Run, utc_now
from hervat.settling import refuse_earlier
from hervat.sftp import logins_kept, places
from hervat.status import Overview, account, last_view
from hervat.tasks.step import Perform, Step, walk
from hervat.today import today

DONE, WAITS, FAILED = 0, 1, 3
_FOR_A_PLACE = 900
"""Seconds that a connection to an SFTP server waits while others have all its places."""


@dataclass(frozen=True)
class NightOutcome:
    """The outcome of a night: public account, errors, what waits for a person, and the exit status (0, 1 or 3).

    overview: the last look at everything, if there was one. busy: another run was at work, and nothing was done.
    anchor: the journal's last line when it ended.
    """

    account: dict[str, Any]
    exit_status: int
    errors: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    overview: Overview | None = None
    busy: bool = False
    anchor: Anchor | None = None


def run_night(night: Night, steps: list[Step], perform: Perform, patience: float = 0) -> NightOutcome:
    """Run the steps under the municipality's lock; a night on a day to come is rehearsed.

    patience: seconds to wait for another run of the municipality. Raises Busy, or UsageError for a day before the last
    settled one.
    """
    at = ServerPlaces(night.register, night.settings.sftp_connections, _FOR_A_PLACE).at
    with municipality_lock(night.register, night.code, patience), places(at), logins_kept(), connections_kept():
        if night.as_of > today():
            return _rehearse(night, steps, perform)
        refuse_earlier(night)
        run = _begin(night, steps)
        walk(night, steps, perform)
        outcome = _outcome(night)
        _end(night, run, outcome)
        return _anchored(night, outcome)


def _anchored(night: Night, outcome: NightOutcome) -> NightOutcome:
    """Put the journal's head in the file of anchors; a file that can't be written is an error of the run."""
    with night.register.session() as session:
        anchor = head(session, night.code)
    assert anchor is not None  # noqa: S101 - the run has lines in it
    try:
        write_anchor(night.settings.output, night.code, anchor)
    except AnchorFailed as error:
        return replace(outcome, exit_status=FAILED, errors=[*outcome.errors, str(error)], anchor=anchor)
    return replace(outcome, anchor=anchor)


def _rehearse(night: Night, steps: list[Step], perform: Perform) -> NightOutcome:
    """Take in the files as a shadow night of today does, and look ahead on top of that; nothing of it is kept."""
    looking = [step for step in steps if step.ahead]
    walk(replace(night, as_of=today()), [step for step in steps if not step.ahead and step.name != "report"], perform)
    with night.register.rehearsal() as register:
        ahead = replace(night, register=register)
        walk(ahead, looking, perform)
        outcome = _outcome(ahead)
    with night.register.session() as session:
        detail = f"exit status {outcome.exit_status}, nothing kept"
        night.record(session, "rehearsed", str(night.as_of), detail)
    return outcome


def _outcome(night: Night) -> NightOutcome:
    public, errors, waits = account(night), list(dict.fromkeys(night.errors)), list(dict.fromkeys(night.attention))
    status = FAILED if errors else WAITS if waits else DONE
    return NightOutcome(public, status, errors, waits, last_view(night).overview)


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
        night.acting = replace(night.acting, run=run.id)
        night.record(session, "run begun", f"run {run.id}", str(night.as_of))
        return run.id


def _end(night: Night, run: int, outcome: NightOutcome) -> None:
    with night.register.session() as session:
        row = session.get_one(Run, run)
        row.ended_at, row.exit_status, row.counts = utc_now(), outcome.exit_status, outcome.account
        night.record_end(session, f"run {run}", f"exit status {outcome.exit_status}")
    night.acting = replace(night.acting, run=None, step="")
