"""Recording decisions: the law that applies to a person, and a wrong kennisgeving (opt-in of 24 May 2022)."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat import bsn
from hervat.attribution import check_typed, named, signed
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Decision, Identifier, Person, WrongNotification
from hervat.settling.people import read_people
from hervat.signing import Matter, Sign, confirmed, is_confirmed

LAWS = ("Wi2013", "Wi2021")
_ACTION = "optin record"


def find_person(night: Night, number: int | None, digits: str | None) -> int | None:
    """Return the id of the person with this number or BSN, None if the register has no such person."""
    with night.register.session() as session:
        if number is not None:
            person = session.get(Person, number)
            return person.id if person is not None and night.code == person.municipality else None
        valid = bsn.parse(digits)
        if valid is None:
            raise UsageError("not a valid BSN; give nine digits, or --person with the worklist's number")
        pseudonym = night.keyring.pseudonym("bsn", valid.reveal())
        query = select(Identifier.person_id).where(
            scope(Identifier, night.code), Identifier.kind == "bsn", Identifier.pseudonym == pseudonym
        )
        return session.scalars(query).first()


def record_decision(
    night: Night, person: int, law: str, on: date, by: str, reason: str, sign: Sign | None = None
) -> bool:
    """Record a decision; return True if it counts now, False if it waits for a second person.

    A dispute may be decided on any day that has come. A choice of law (opt-in) is open from the round's day on, and
    only for a person with a recorded wrong kennisgeving (rijksoverheid.nl, 24 May 2022); a choice after the round's
    weeks must be recorded by two persons, with approvers by their signatures (`sign`); all else takes a name. Raises
    UsageError if there is nothing to decide, and as `confirmed` does.
    """
    if law not in LAWS:
        raise UsageError(f"--law is one of {' and '.join(LAWS)}")
    check_typed(by, reason)
    _has_come(night, on)
    with night.register.session() as session:
        late = _takes_two(session, night, person, on)
    made = {"law": law, "date": on}
    if late:
        matter = Matter(_ACTION, f"person {person}", {"law": law, "date": str(on)})
        who = confirmed(night, matter, by, reason, sign)
    else:
        who = signed(by, reason)
    with night.register.session() as session:
        made |= {"by": who.by, "reason": who.reason}
        counts = not late or _seconded(session, night, person, made)
        if not counts or not late:
            session.add(Decision(municipality=night.code, person_id=person, waits=late, **made))
        result = law if counts else f"{law}, waits for a second person"
        night.record(session, "decided", f"person {person}", result, by=who)
    return counts


def _takes_two(session: Session, night: Night, person: int, on: date) -> bool:
    """True if a choice of this day takes two persons. Raises UsageError if there is nothing to decide."""
    verdict = read_people(session, night.code, night.settler, max(on, night.as_of)).verdicts.get(person)
    if verdict is None:
        raise UsageError(
            f"person {person} is in a local system and nothing else is known: there is no law to choose;"
            " use `hervat strangers decide`"
        )
    if verdict.state == "disputed":
        return False
    _refuse_choice(session, night, person, on, corrected=verdict.state == "corrected" or verdict.reinstated)
    return _is_late(night, on)


def waiting_choices(session: Session, municipality: str) -> int:
    """Return the number of choices of law that wait for a second person."""
    query = select(func.count()).where(scope(Decision, municipality), Decision.waits.is_(True))
    return session.scalar(query) or 0


def record_notification(night: Night, person: int, on: date, by: str) -> None:
    """Record a wrong kennisgeving of a person; a second record replaces the first, as the journal shows.

    Raises UsageError for a day that has not come or on which no wrong kennisgeving was sent.
    """
    with night.register.session() as session:
        note_notification(session, night, person, on, by)


def note_notification(session: Session, night: Night, person: int, on: date, by: str) -> None:
    """As `record_notification`, in the transaction of `session`; it raises before it writes anything."""
    who = named(by)
    _has_come(night, on)
    _was_sent(night, on)
    notification = session.scalars(select(WrongNotification).where(WrongNotification.person_id == person)).first()
    result = "recorded"
    if notification is None:
        session.add(WrongNotification(municipality=night.code, person_id=person, date=on, by=who.by))
    else:
        result = f"{on} recorded, in place of {notification.date}"
        notification.date, notification.by = on, who.by
    night.record(session, "kennisgeving", f"person {person}", result, by=who)


def withdraw_notification(session: Session, night: Night, person: int, by: str) -> None:
    """Delete a wrong kennisgeving: there was none. Raises UsageError if a decision rests on it."""
    notification = session.scalars(select(WrongNotification).where(WrongNotification.person_id == person)).first()
    if notification is None:
        return
    if session.scalars(select(Decision.id).where(Decision.person_id == person)).first() is not None:
        raise UsageError(f"a decision about person {person} rests on their kennisgeving; record another decision first")
    session.delete(notification)
    night.record(session, "kennisgeving", f"person {person}", "taken back", by=named(by))


def _has_come(night: Night, on: date) -> None:
    if on > night.as_of:
        raise UsageError(f"{on} has not come: nothing is recorded for a day after {night.as_of}; check --date")


def _was_sent(night: Night, on: date) -> None:
    periods = [round.wrong for round in night.rounds.rounds if round.wrong]
    if not any(period.holds(on) for period in periods):
        days = (
            ", ".join(f"{period.from_} to {period.until}" for period in periods) or "in no round of this installation"
        )
        raise UsageError(f"no wrong kennisgeving was sent on {on} (they were: {days}); check the day of the letter")


def _refuse_choice(session: Session, night: Night, person: int, on: date, *, corrected: bool) -> None:
    if not corrected:
        raise UsageError(f"person {person} has no SS190 and is not disputed: there is nothing to decide")
    opens = min((round.optin.from_ for round in night.rounds.rounds if round.optin), default=None)
    if opens is None:
        raise UsageError("no round of this installation gives a choice of law (`optin`): there is nothing to decide")
    if on < opens:
        raise UsageError(f"a choice of law is open from {opens}; give that day or a later one with --date")
    notification = session.scalars(select(WrongNotification.id).where(WrongNotification.person_id == person)).first()
    if notification is None:
        raise UsageError(
            f"person {person} has no recorded wrong kennisgeving, so there is no choice of law;"
            " `hervat optin kennisgeving` records one"
        )


def _is_late(night: Night, on: date) -> bool:
    """True if a choice of this day is made after the weeks of every round with a choice."""
    terms = [round.optin.until for round in night.rounds.rounds if round.optin and round.optin.from_ <= on]
    return all(until is not None and on > until for until in terms)


def _seconded(session: Session, night: Night, person: int, made: dict[str, object]) -> bool:
    """True if this is the second record of a waiting choice, which counts from then on."""
    query = select(Decision).where(
        scope(Decision, night.code),
        Decision.person_id == person,
        Decision.waits.is_(True),
        Decision.law == made["law"],
        Decision.date == made["date"],
    )
    first = session.scalars(query).first()
    if first is not None and not is_confirmed(session, night, _ACTION, f"person {person}", first.by):
        session.delete(first)  # by a typed name, from before there were approvers
        first = None
    if first is None:
        return False
    if same(first.by) == same(str(made["by"])):
        raise UsageError(f"{first.by} has recorded this choice already; it was made late, so another person must too")
    first.waits, first.second_by = False, str(made["by"])
    return True
