"""A person's decisions, for the command line and the forms in Prefect: the same checks, the same journal.

After each the report is renewed, so that it does not ask for what was done; a failure of that is logged.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hervat import delivery
from hervat.cleaning import Approved
from hervat.cleaning import approve as record_approval
from hervat.errors import UsageError
from hervat.expectations import validate_rows
from hervat.intake import end_incident, open_incident, overrule_row, reject_quarantined
from hervat.night import Night
from hervat.notices import confirm_by_hand, confirm_file, resend, told_by_hand
from hervat.person import HoldTerms, SplitPerson, hold, release, split
from hervat.register import municipality_lock
from hervat.settling import find_person, last_settled, record_decision, record_notification
from hervat.signing import Sign
from hervat.status import record_refilled
from hervat.strangers import decide, look_for_unseen
from hervat.tasks.deliver import SEVERAL, accept_stop
from hervat.tasks.report import renew

UNKNOWN = "the register knows no such person; the worklist has the numbers"


def accept_row(night: Night, download: int, row: int, by: str, reason: str) -> bool:
    """Load a quarantined row all the same; return whether it brought in a signal. Raises UsageError, Busy."""

    def judge(rows: Any, day: date) -> list[str]:
        return list(validate_rows(rows, day).reasons)

    loaded = overrule_row(night, download, row, by, reason, judge)
    _renew(night)
    return loaded


def reject_held(night: Night, download: int, row: int | None, by: str, reason: str, sign: Sign | None = None) -> bool:
    """End a quarantined row, or (None) a whole file: it will not be loaded. False: it waits for a second person.

    Raises UsageError.
    """
    done = reject_quarantined(night, download, row, by, reason, sign)
    _renew(night)
    return done


def record_leak(night: Night, what: str, categories: str, persons: int | None, discovered_at: datetime, by: str) -> int:
    """Open an incident that a person found; return its number. Raises UsageError."""
    number = open_incident(night, what, categories, persons, discovered_at, by)
    _renew(night)
    return number


def record_of_incident(night: Night, record: Callable[[Night], int | None]) -> int | None:
    """Record what a person did about an incident (`judge_incident` and the like); return its number, None: not open.

    Raises UsageError.
    """
    number = record(night)
    if number is not None:
        _renew(night)
    return number


def close_incident(
    night: Night, number: int, by: str, reason: str, sign: Sign | None = None, *, no_risk: bool = False
) -> bool | None:
    """Close an incident after a person has looked at it. False: it waits for a second person. None: it is not open.

    no_risk: the reason is also the judgement that there is no risk for the persons. Raises UsageError.
    """
    done = end_incident(night, number, by, reason, sign, no_risk=no_risk)
    if done is not None:
        _renew(night)
    return done


def approve_plan(night: Night, given: str, by: str, sign: Callable[[str], str] | None) -> Approved:
    """Approve the plan of a hash, or of its beginning. Raises NoSuchPlan and UsageError."""
    approved = record_approval(night, given, by, sign)
    _renew(night)
    return approved


def decide_stranger(night: Night, person: int, ours: bool, by: str, reason: str, sign: Sign | None = None) -> bool:
    """Record whether somebody without a valid signal is the gemeente's; return whether it counts now.

    It takes two persons. Raises UsageError.
    """
    counts = decide(night, _known(night, person), ours, by, reason, sign)
    _renew(night)
    return counts


def put_on_hold(night: Night, person: int, terms: HoldTerms, by: str, reason: str, sign: Sign | None = None) -> bool:
    """Put a person on hold (AVG 18, 21); return whether that is confirmed, or waits for a second person.

    It counts at once. Raises UsageError.
    """
    confirmed = hold(night, _known(night, person), terms, by, reason, sign)
    _renew(night)
    return confirmed


def release_person(
    night: Night, person: int, by: str, reason: str, ground: str | None = None, sign: Sign | None = None
) -> bool:
    """Release a person who is on hold; return whether nothing more holds them. It takes two persons.

    Raises UsageError.
    """
    released = release(night, _known(night, person), by, reason, ground, sign)
    _renew(night)
    return released


def split_person(
    night: Night,
    person: int,
    numbers: Sequence[str],
    by: str,
    reason: str,
    decisions: str | None = None,
    sign: Sign | None = None,
) -> SplitPerson:
    """Split a person whom a wrong row made of two; numbers: those of the other one. It takes two persons.

    Raises UsageError, Busy.
    """
    done = split(night, _known(night, person), numbers, by, reason, decisions, sign)
    _renew(night)
    return done


def refilled(night: Night, system: str, person: int, by: str) -> None:
    """Record that a person was filled in again at a supplier's. Raises UsageError."""
    record_refilled(night, system, person, by)
    _renew(night)


def record_law(night: Night, person: int, law: str, on: date, by: str, reason: str, sign: Sign | None = None) -> bool:
    """Record which law holds for the person of this number; return whether it counts now, or waits for a second person.

    Raises UsageError.
    """
    counts = record_decision(night, _known(night, person), law, on, by, reason, sign)
    _renew(night)
    return counts


def record_kennisgeving(night: Night, person: int, on: date, by: str) -> None:
    """Record that the person of this number got a wrong kennisgeving on a day. Raises UsageError."""
    record_notification(night, _known(night, person), on, by)
    _renew(night)


def _known(night: Night, person: int) -> int:
    number = find_person(night, person, None)
    if number is None:
        raise UsageError(UNKNOWN)
    return number


def accept_for_delivery(
    night: Night, quarter: str, code: str, by: str, reason: str, *, also_last: bool, sign: Sign | None = None
) -> tuple[Sequence[str], str]:
    """Accept a reason of the gate, or broken bounds or rules; return the accepted findings, in lines, and by whom.

    also_last: accept for the last settled day too, besides the night's own. Raises UsageError.
    """
    lines: Sequence[str] = ()
    if code in delivery.STOPS:
        stop = accept_stop(night, quarter, code, by, reason, sign)
        lines, name = stop.lines, str(stop.accepted_by)
    else:
        with night.register.session() as session:
            also = last_settled(session, night.code) if also_last else None
        name = delivery.accept(night, quarter, code, by, reason, also, sign).by
    _renew(night)
    return lines, name


def confirm_delivery(nights: Sequence[Night], quarter: str, receipt: str, by: str) -> None:
    """Record the portal's receipt for all that was delivered in one file. Raises UsageError."""
    if len(nights) > 1 and not all(night.municipality.cbs and night.municipality.cbs.together for night in nights):
        raise UsageError(SEVERAL)
    delivery.confirm_all(nights, quarter, receipt, by)
    for night in nights:
        _renew(night)


def confirm_notice(night: Night, number: str, status: str, on: date | None, by: str, reason: str | None) -> bool:
    """Record a party's answer to a notice; return whether it is new. Raises UsageError, Busy."""
    with municipality_lock(night.register, night.code, night.patience):
        new = confirm_by_hand(night, number, status, on or night.as_of, by, reason)
    _renew(night)
    return new


def resend_notice(night: Night, number: str, by: str) -> bool:
    """Send a notice again, now; return whether it went. Raises UsageError, Busy."""
    with municipality_lock(night.register, night.code, night.patience):
        sent = resend(night, number, by)
    _renew(night)
    return sent


def confirm_from_file(night: Night, file: Path, by: str) -> tuple[str, bool] | None:
    """Record an answer that a party gave in a file; return its notice's number and whether it is new.

    None: it is about no notice of this municipality. Raises UsageError, Busy.
    """
    with municipality_lock(night.register, night.code, night.patience):
        confirmed = confirm_file(night, file, by)
    if confirmed:
        _renew(night)
    return confirmed


def told_party(night: Night, party: str, by: str) -> int:
    """Record that a party was told by hand about persons hervat cannot name; return how many. Raises UsageError."""
    look_for_unseen(night)
    persons = told_by_hand(night, party, by)
    _renew(night)
    return persons


def _renew(night: Night) -> None:
    if why := renew(night):
        night.log(why)
