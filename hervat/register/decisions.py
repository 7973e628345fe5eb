"""Recording what a person decided: the law that holds, and a wrong kennisgeving (opt-in of 24 May 2022)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import bsn, journal
from hervat.bsn import stands_in
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Decision, Identifier, Person, WrongNotification
from hervat.register.people import read_people

LAWS = ("Wi2013", "Wi2021")


def find_person(night: Night, number: int | None, digits: str | None) -> int | None:
    """Return the id of the person with this number or BSN, None where the register knows no such one."""
    with night.register.session() as session:
        if number is not None:
            person = session.get(Person, number)
            return person.id if person is not None and person.municipality == night.code else None
        found = bsn.parse(digits)
        if found is None:
            raise UsageError("that is no BSN; give nine digits, or --person with the worklist's number")
        pseudonym = night.keyring.pseudonym("bsn", found.reveal())
        wanted = select(Identifier.person_id).where(
            Identifier.municipality == night.code, Identifier.kind == "bsn", Identifier.pseudonym == pseudonym
        )
        return session.scalars(wanted).first()


def record_decision(night: Night, person: int, law: str, on: date, by: str, reason: str) -> None:
    """Record a decision. Raises UsageError where the law has none to be made.

    A dispute may be decided on any day. A choice of law (opt-in) is open from the round's day on, and only for a
    person with a recorded wrong kennisgeving (rijksoverheid.nl, 24 May 2022).
    """
    if law not in LAWS:
        raise UsageError(f"--law is one of {' and '.join(LAWS)}")
    _named(by, reason)
    with night.register.session() as session:
        verdict = read_people(session, night.code, night.settler, max(on, night.as_of)).verdicts[person]
        if verdict.state != "disputed":
            _refuse_choice(session, night, person, on, corrected=verdict.state == "corrected" or verdict.reinstated)
        session.add(
            Decision(municipality=night.code, person_id=person, law=law, date=on, by=by.strip(), reason=reason.strip())
        )
        journal.record(session, night.code, by.strip(), "decided", f"person {person}", law, night.origin)


def record_notification(night: Night, person: int, on: date, by: str) -> None:
    """Record a wrong kennisgeving of a person; a second record replaces the first. Raises UsageError."""
    with night.register.session() as session:
        note_notification(session, night, person, on, by)


def note_notification(session: Session, night: Night, person: int, on: date, by: str) -> None:
    """Do what `record_notification` does, in the transaction of `session`.

    Raises UsageError for a day that lies in no round or is still to come, before anything is written.
    """
    _named(by, "-")
    if on > night.as_of:
        raise UsageError(f"the kennisgeving is dated after {night.as_of}; give the day that stands on it")
    if night.rounds.at(on) is None:
        raise UsageError("a wrong kennisgeving lies within a correction round; give the day that stands on it")
    found = session.scalars(select(WrongNotification).where(WrongNotification.person_id == person)).first()
    if found is None:
        session.add(WrongNotification(municipality=night.code, person_id=person, date=on, by=by.strip()))
    else:
        found.date, found.by = on, by.strip()
    journal.record(session, night.code, by.strip(), "kennisgeving", f"person {person}", "recorded", night.origin)


def withdraw_notification(session: Session, night: Night, person: int, by: str) -> None:
    """Take back a wrong kennisgeving: there was none. Raises UsageError where a choice of law rests on it."""
    found = session.scalars(select(WrongNotification).where(WrongNotification.person_id == person)).first()
    if found is None:
        return
    if session.scalars(select(Decision.id).where(Decision.person_id == person)).first() is not None:
        raise UsageError(f"a decision about person {person} rests on his kennisgeving; record another decision first")
    session.delete(found)
    journal.record(session, night.code, by.strip(), "kennisgeving", f"person {person}", "taken back", night.origin)


def _refuse_choice(session: Session, night: Night, person: int, on: date, *, corrected: bool) -> None:
    if not corrected:
        raise UsageError(f"person {person} has no SS190 and is not disputed: there is nothing to decide")
    opens = min(one.optin.from_ for one in night.rounds.rounds)
    if on < opens:
        raise UsageError(f"a choice of law is open from {opens}; give that day or a later one with --date")
    told = session.scalars(select(WrongNotification.id).where(WrongNotification.person_id == person)).first()
    if told is None:
        raise UsageError(
            f"person {person} has no recorded wrong kennisgeving, so there is no choice of law;"
            " `hervat optin kennisgeving` records one"
        )


def _named(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise UsageError("give who decided (--by) and why (--reason)")
    if stands_in(by + " " + reason):
        raise UsageError("a BSN stands in the reason or the name; write it without one (rule 7)")
