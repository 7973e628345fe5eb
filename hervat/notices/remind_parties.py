"""Reminders to third parties, and what a person must do about those that do not answer, or not with yes.

The notice's own bytes go again, with a short notice that names its number and nobody. At most one a term
(`remind_after_days`), until `escalate_after_days` have passed: then a person calls. A notice after which the party was
told something else about a person in it is never repeated: only what it was told last is still true.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.asked import Asked
from hervat.notices.envelope import read_certificate
from hervat.notices.outbox import Draft, write
from hervat.notices.recipients import Recipient, parties
from hervat.notices.remind import REMINDER, last_sent
from hervat.notices.standing import open_notices
from hervat.register.models import Notice, Told
from hervat.settings import Party


def remind_parties(night: Night) -> int:
    """Write the reminders that are due, and put in the night's attention whom a person calls; return how many are due.

    A party's failure stays within it. In shadow reminders are only counted.
    """
    due = 0
    for recipient in parties(night.municipality):
        try:
            due += _remind(night, recipient)
        except HervatError as error:
            night.fail(f"{recipient}: it was not reminded: {error}")
        _attend(night, recipient)
    return due


def superseded(session: Session, notices: list[Notice]) -> set[int]:
    """Return which of one recipient's notices name a person about whom he was told something later."""
    later, first = aliased(Told), aliased(Told)
    newer, older = aliased(Notice), aliased(Notice)
    rows = session.scalars(
        select(first.notice_id)
        .join(older, older.id == first.notice_id)
        .join(later, later.key == first.key)
        .join(newer, newer.id == later.notice_id)
        .where(
            first.notice_id.in_([one.id for one in notices]),
            newer.municipality == older.municipality,
            newer.audience == older.audience,
            newer.party == older.party,
            newer.id > older.id,
        )
        .distinct()
    )
    return set(rows)


def _remind(night: Night, recipient: Recipient) -> int:
    party = recipient.party
    assert party is not None  # noqa: S101 - a third party always has one
    with night.register.session() as session:
        due = _due(session, night, party)
        if due and not night.shadow:
            certificate = read_certificate(recipient.certificate) if recipient.certificate else None
            for one in due:
                draft = Draft(REMINDER, [], {}, one.persons, asked=Asked((), None, one.number))
                write(session, night, recipient, certificate, draft)
    return len(due)


def _due(session: Session, night: Night, party: Party) -> list[Notice]:
    """Return the notices whose last sign to the party is a term ago, and that a person does not call about yet."""
    since = night.as_of - timedelta(days=party.remind_after_days)
    wanted = select(Notice).options(defer(Notice.payload)).where(*open_notices(night.code), Notice.party == party.name)
    waiting = [
        one
        for one in session.scalars(wanted.order_by(Notice.id))
        if one.sent_on and not _called_about(one.sent_on, night.as_of, party)
    ]
    last, old = last_sent(session, night.code, waiting), superseded(session, waiting)
    return [one for one in waiting if last[one.number] <= since and one.id not in old]


def _called_about(sent_on: date, day: date, party: Party) -> bool:
    return sent_on + timedelta(days=party.escalation) <= day


def _attend(night: Night, recipient: Recipient) -> None:
    """Say which notices a person calls about: those without an answer for too long, refused, or partly done."""
    with night.register.session() as session:
        found = calls(session, night.code, recipient, night.as_of)
    for what, numbers in found.items():
        if numbers:
            night.attention.append(
                f"{recipient}: {len(numbers)} notice(s) {what} ({', '.join(numbers[:5])}); call it, and record what it"
                " says with `hervat notices confirm`"
            )


def calls(session: Session, code: str, recipient: Recipient, day: date) -> dict[str, list[str]]:
    """Return why a person calls a party -> the numbers of the notices it is about."""
    party = recipient.party
    assert party is not None  # noqa: S101 - as above
    since = day - timedelta(days=party.escalation)
    silent = select(Notice.number).where(*open_notices(code), Notice.party == party.name, Notice.sent_on <= since)
    answered = select(Notice.number).where(
        Notice.municipality == code, Notice.audience == "party", Notice.party == party.name, Notice.refers_to.is_(None)
    )
    return {
        f"without an answer for {party.escalation} days": list(session.scalars(silent.order_by(Notice.id))),
        "that it refused": list(session.scalars(answered.where(Notice.answer == "refused").order_by(Notice.id))),
        "that it did only in part": list(
            session.scalars(answered.where(Notice.answer == "partly").order_by(Notice.id))
        ),
    }
