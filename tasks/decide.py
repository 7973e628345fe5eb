"""What a person decides, as the command line and the forms in Prefect both do it: the same checks, the same journal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from expectations import validate_rows
from hervat import delivery
from hervat.errors import UsageError
from hervat.intake.accepted import accept
from hervat.night import Night
from hervat.notices.answered import confirm_by_hand
from hervat.notices.resend import resend
from hervat.register import municipality_lock
from hervat.register.decisions import find_person, record_decision, record_notification
from hervat.register.settle import last_settled
from tasks.deliver import accept_stop

UNKNOWN = "the register knows no such person; the worklist has the numbers"


def accept_row(night: Night, download: int, row: int, by: str, reason: str) -> bool:
    """Load a quarantined row all the same; return whether it brought in a signal. Raises UsageError, Busy."""

    def judge(rows: Any, day: date) -> list[str]:
        return list(validate_rows(rows, day).reasons)

    return accept(night, download, row, by, reason, judge)


def record_law(night: Night, person: int, law: str, on: date, by: str, reason: str) -> None:
    """Record which law holds for the person of this number. Raises UsageError."""
    record_decision(night, _known(night, person), law, on, by, reason)


def record_kennisgeving(night: Night, person: int, on: date, by: str) -> None:
    """Record that the person of this number got a wrong kennisgeving on a day. Raises UsageError."""
    record_notification(night, _known(night, person), on, by)


def _known(night: Night, person: int) -> int:
    found = find_person(night, person, None)
    if found is None:
        raise UsageError(UNKNOWN)
    return found


def accept_for_delivery(
    night: Night, quarter: str, code: str, by: str, reason: str, *, also_last: bool
) -> Sequence[str]:
    """Accept a reason of the gate, or the bounds or rules that records break; return what was accepted, in lines.

    also_last: the last settled day counts beside the night's own. Raises UsageError.
    """
    if code in delivery.STOPS:
        return accept_stop(night, quarter, code, by, reason).lines
    with night.register.session() as session:
        also = last_settled(session, night.code) if also_last else None
    delivery.accept(night, quarter, code, by, reason, also)
    return ()


def confirm_delivery(nights: Sequence[Night], quarter: str, receipt: str, by: str) -> None:
    """Record the portal's receipt for what was delivered in one file. Raises UsageError."""
    if len(nights) > 1 and not all(one.municipality.cbs and one.municipality.cbs.together for one in nights):
        raise UsageError("several municipalities deliver here; say which with --municipality")
    delivery.confirm_all(nights, quarter, receipt, by)


def confirm_notice(night: Night, number: str, status: str, on: date | None, by: str, reason: str | None) -> bool:
    """Record what a party said of a notice; return whether that is new. Raises UsageError, Busy."""
    with municipality_lock(night.register, night.code):
        return confirm_by_hand(night, number, status, on or night.as_of, by, reason)


def resend_notice(night: Night, number: str, by: str) -> bool:
    """Send a notice again, now; return whether it went. Raises UsageError, Busy."""
    with municipality_lock(night.register, night.code):
        return resend(night, number, by)
