"""Put a person on hold (AVG 18 or 21), and release them: each by two persons. A hold counts from the first one on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.person.subject import subject_of
from hervat.register import scope
from hervat.register.models import Hold
from hervat.settling import GROUNDS, counts_on, last_settled
from hervat.signing import Matter, Sign, confirmed, is_confirmed

_HOLD, _RELEASE = "person hold", "person release"


@dataclass(frozen=True)
class HoldTerms:
    """What a hold is: ground "18" or "21" (AVG), and its last day, None for no last day."""

    ground: str
    until: date | None = None

    def __str__(self) -> str:
        return f"AVG {self.ground}, " + (f"until {self.until}" if self.until else "without a last day")


def number_of(night: Night, number: int | None, typed: str | None) -> int | None:
    """Return the number of the person with this number, BSN or V-nummer; None if the register has no such person.

    Raises UsageError for what can be neither a BSN nor a V-nummer.
    """
    with night.register.session() as session:
        subject = subject_of(session, night, number, typed)
        return None if subject is None else subject.number


def hold(night: Night, person: int, terms: HoldTerms, by: str, reason: str, sign: Sign | None = None) -> bool:
    """Put a person on hold; return True if that is confirmed now, False if it waits for a second person.

    It counts at once. sign: their signature, where the municipality has approvers. Raises UsageError for another
    ground, a last day that has passed, a hold that is confirmed already, for a person who recorded the same before, and
    as `confirmed` does.
    """
    check_typed(by, reason)
    with night.register.session() as session:
        _refuse(terms, _day(session, night))
    content = {"ground": terms.ground, "until": terms.until and str(terms.until)}
    who = confirmed(night, Matter(_HOLD, f"person {person}", content), by, reason, sign)
    with night.register.session() as session:
        rows = [row for row in _open(session, night, person) if terms == HoldTerms(row.ground, row.until)]
        row = min(rows, key=lambda row: row.second_by is not None, default=None)  # one that waits, if any does
        if row is None:
            made = {"ground": terms.ground, "until": terms.until, "by": who.by, "reason": who.reason}
            session.add(Hold(municipality=night.code, person_id=person, since=night.as_of, **made))
        elif row.second_by or is_confirmed(session, night, _HOLD, f"person {person}", row.by):
            _confirm(row, person, terms, who)
        else:  # by a typed name, from before there were approvers
            row.by, row.reason, row.second_by = who.by, who.reason, None
        confirms = row is not None and row.second_by is not None
        detail = f"{terms}: {who.reason}" if confirms else f"{terms}, waits for a second person: {who.reason}"
        night.record(session, "person held", f"person {person}", detail, by=who)
        return confirms


def release(
    night: Night, person: int, by: str, reason: str, ground: str | None = None, sign: Sign | None = None
) -> bool:
    """Release a person; return True if nothing more holds them, False if a hold (or its release by a second one) stays.

    ground: only the holds on it. sign: their signature, where the municipality has approvers. Raises UsageError for a
    person who is not on hold, one who released them before, and as `confirmed` does.
    """
    check_typed(by, reason)
    with night.register.session() as session:
        _held(session, night, person, ground)
    who = confirmed(night, Matter(_RELEASE, f"person {person}", {"ground": ground}), by, reason, sign)
    with night.register.session() as session:
        rows = _held(session, night, person, ground)
        for row in rows:
            if row.ended_by and not is_confirmed(session, night, _RELEASE, f"person {person}", row.ended_by):
                row.ended_by = None  # by a typed name, from before there were approvers
        day = _day(session, night)
        if not any([_released(row, who, day) for row in rows]):
            raise UsageError(f"{who.by} has released person {person} already; it takes another person too")
        waits = any(row.ended_on is None for row in rows)
        detail = f"waits for a second person: {who.reason}" if waits else who.reason
        night.record(session, "person released", f"person {person}", detail, by=who)
        session.flush()
        return not _open(session, night, person)


def _held(session: Session, night: Night, person: int, ground: str | None) -> list[Hold]:
    rows = [row for row in _open(session, night, person) if ground in (None, row.ground)]
    if not rows:
        on = f" on the ground of AVG {ground}" if ground else ""
        raise UsageError(f"person {person} is not on hold{on}; `hervat person show` has what was recorded")
    return rows


def _refuse(terms: HoldTerms, day: date) -> None:
    if terms.ground not in GROUNDS:
        raise UsageError(f"--ground is one of {' and '.join(GROUNDS)} (the article of the AVG)")
    if terms.until is not None and terms.until < day:
        raise UsageError(f"{terms.until} has passed; give a last day to come with --until, or leave it out")


def _day(session: Session, night: Night) -> date:
    """Return the last day on which the municipality was settled, at most the night's: a hold ends on such days."""
    return min(night.as_of, last_settled(session, night.code) or night.as_of)


def _open(session: Session, night: Night, person: int) -> Sequence[Hold]:
    query = select(Hold).where(scope(Hold, night.code), Hold.person_id == person, counts_on(_day(session, night)))
    return session.scalars(query.order_by(Hold.id)).all()


def _confirm(row: Hold, person: int, terms: HoldTerms, who: Signed) -> None:
    if row.second_by is not None:
        raise UsageError(f"person {person} is on hold already ({terms}); `hervat person release` ends it")
    if same(row.by) == same(who.by):
        raise UsageError(f"{row.by} has put person {person} on hold already; it takes another person too")
    row.second_by = who.by


def _released(row: Hold, who: Signed, day: date) -> bool:
    """Record a release in a hold, the first or the second; return False if the same person did so before."""
    if row.ended_by is None:
        row.ended_by, row.ended_reason = who.by, who.reason
        return True
    if same(row.ended_by) == same(who.by):
        return False
    row.ended_second_by, row.ended_on = who.by, day
    return True
