"""Read what a delivery would hold without writing it, for the person who accepts what stops it."""

from contextlib import ExitStack
from dataclasses import replace

from hervat.attribution import check_typed
from hervat.delivery.gate.stops import Stop, accept_stop, matter_of
from hervat.delivery.job import Job
from hervat.delivery.package.place import stops_of
from hervat.delivery.prepare import MakeJudge, checked_parts, open_job
from hervat.errors import UsageError
from hervat.night import Night
from hervat.signing import Sign, confirmed


def accept_as_it_stands(
    night: Night,
    quarter: str,
    code: str,
    by: str,
    reason: str,
    make_judge: MakeJudge | None = None,
    sign: Sign | None = None,
) -> Stop:
    """Record that a person accepts the bounds or rules that the records break now; return what they accepted.

    sign: their signature, where the municipality has approvers. Raises UsageError if the records break none, and as
    `confirmed` does.
    """
    check_typed(by, reason)
    found = next((stop for stop in _stops(night, quarter, make_judge) if stop.code == code), None)
    if found is None:
        raise UsageError(f"{code} does not stop the delivery of {quarter}; `hervat cbs prepare` shows what does")
    who = confirmed(night, matter_of(quarter, found), by, reason, sign)
    accept_stop(night, quarter, found, who)
    return replace(found, accepted_by=who.by, why=who.reason)


def _stops(night: Night, quarter: str, make_judge: MakeJudge | None) -> tuple[Stop, ...]:
    with ExitStack() as stack:
        job = open_job(stack, night, quarter, make_judge() if make_judge else None)
        _read(job)
        with night.register.session() as session:
            return stops_of(session, job)


def _read(job: Job) -> None:
    for _ in checked_parts(job):
        pass
