"""The last good night, and the alarm if it is too long ago.

A good night is a run that ended with exit status 0 or 1 (nothing failed; 1: something waits for a person), with every
step of a night, and not in shadow. So a run with chosen steps, one that was killed and one that failed are none: after
them something may not have been fetched, told, cleaned or reported. The day that a run acted for does not matter, nor
does who started it: the timer, Prefect or a person. What ended in the future by this machine's clock counts as
nothing, or a clock that was once wrong would keep an alarm quiet.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.register.conditions import scope
from hervat.register.models import Run, utc_now

STEPS = frozenset({"fetch", "validate", "load", "settle", "capture", "notify", "clean", "report"})
MAX_AGE = timedelta(hours=26)
"""One night a day, and two hours for a night that takes longer or starts later."""
_GOOD = (0, 1)
_MEND = "see that `hervat run` is started every night, and what it says"


def last_good_night(session: Session, code: str) -> datetime | None:
    """Return when a municipality's last good night ended (UTC, without a zone); None if there was none."""
    query = (
        select(Run.ended_at, Run.steps)
        .where(scope(Run, code), Run.exit_status.in_(_GOOD), Run.shadow.is_(False), Run.ended_at <= utc_now())
        .order_by(Run.ended_at.desc())
    )
    return next((ended for ended, steps in session.execute(query) if set(steps) >= STEPS), None)


def last_run(session: Session) -> int:
    """Return the number of the last run that was begun; 0 if there was none."""
    return session.scalar(select(func.max(Run.id))) or 0


def ended_since(session: Session, run: int) -> dict[str, int]:
    """Return municipality -> exit status of its last night that was begun after this run, and ended."""
    query = select(Run.municipality, Run.exit_status).where(Run.id > run, Run.ended_at.is_not(None)).order_by(Run.id)
    return {code: int(status or 0) for code, status in session.execute(query)}


def seconds_of_last_nights(session: Session) -> dict[str, float]:
    """Return municipality -> seconds that its last night that ended took."""
    last = select(func.max(Run.id)).where(Run.ended_at.is_not(None)).group_by(Run.municipality)
    query = select(Run.municipality, Run.started_at, Run.ended_at).where(Run.id.in_(last))
    return {code: (ended - started).total_seconds() for code, started, ended in session.execute(query) if ended}


def last_night(session: Session, code: str) -> tuple[datetime, int] | None:
    """Return when a municipality's last whole night ended (UTC, without a zone) and its exit status, good or not."""
    query = (
        select(Run.ended_at, Run.exit_status, Run.steps)
        .where(scope(Run, code), Run.shadow.is_(False), Run.ended_at <= utc_now())
        .order_by(Run.ended_at.desc())
    )
    nights = (row for row in session.execute(query) if set(row.steps) >= STEPS)
    return next(((row.ended_at, row.exit_status) for row in nights), None)


def too_old(session: Session, code: str, max_age: timedelta = MAX_AGE) -> str | None:
    """Return the message that a municipality's last good night is too long ago, None if it is not."""
    return overdue(code, last_good_night(session, code), max_age)


def gone_silent(session: Session, code: str, max_age: timedelta = MAX_AGE) -> str | None:
    """As `too_old`, but None for a municipality that never had a good night: it has not begun yet."""
    ended = last_good_night(session, code)
    return overdue(code, ended, max_age) if ended is not None else None


def overdue(code: str, ended: datetime | None, max_age: timedelta = MAX_AGE) -> str | None:
    """Return the message that a good night that ended then (None: never) is too long ago, None if it is not."""
    if ended is None:
        return f"{code}: no good night has ended here yet; {_MEND}"
    age = utc_now() - ended
    if age <= max_age:
        return None
    when = f"{in_words(age)} ago, on {ended:%Y-%m-%d at %H:%M} UTC"
    return f"{code}: the last good night ended {when}, and {in_words(max_age)} are allowed; {_MEND}"


def in_words(age: timedelta) -> str:
    """Return a duration in minutes below two hours, in hours below four days, else in days."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 96 * 60 else f"{minutes // 1440} days"
