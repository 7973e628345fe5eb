"""Reminders to suppliers and third parties, and what a person must do about those that do not answer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.counts import open_notices
from hervat.notices.envelope import read_certificate
from hervat.notices.outbox import NoticeDraft, write
from hervat.notices.recipients import Recipient, parties
from hervat.notices.request import Asked, asked_of
from hervat.register import SENT
from hervat.register.models import Notice, Told
from hervat.settings import Party
from hervat.settling import People

REMINDER = "reminder"


def remind(night: Night, recipient: Recipient, people: People) -> int:
    """Write the reminders that are due to a supplier; return how many. In shadow they are only counted."""
    with night.register.session() as session:
        requests = _open(session, night.code, recipient.name)
        lifted = _reinstated(session, requests, people)
        _warn(night, recipient, requests, lifted)
        due = [one for one in _due_of_suppliers(session, night, recipient, requests) if one.id not in lifted]
        if due and not night.shadow:
            certificate = read_certificate(recipient.certificate) if recipient.certificate else None
            for one in due:
                write(session, night, recipient, certificate, _draft(recipient, one))
    return len(due)


def _open(session: Session, code: str, system: str) -> list[Notice]:
    """Return the requests that were sent and are not confirmed as done."""
    wanted = (
        select(Notice)
        .options(defer(Notice.payload))
        .where(
            Notice.municipality == code,
            Notice.audience == "supplier",
            Notice.party == system,
            Notice.refers_to.is_(None),
            Notice.status == SENT,
            Notice.done_on.is_(None),
        )
    )
    return list(session.scalars(wanted.order_by(Notice.id)))


def _reinstated(session: Session, requests: Iterable[Notice], people: People) -> dict[int, int]:
    """Return request -> how many of its persons are not corrected any more."""
    rows = session.execute(select(Told.notice_id, Told.key).where(Told.notice_id.in_([one.id for one in requests])))
    found: defaultdict[int, set[int]] = defaultdict(set)
    for number, key in rows:
        verdict = people.state_of(key)
        if verdict and verdict.state != "corrected":
            found[number].add(people.owner[key])
    return {number: len(persons) for number, persons in found.items()}


def _warn(night: Night, recipient: Recipient, requests: Iterable[Notice], lifted: dict[int, int]) -> None:
    for one in requests:
        if one.id in lifted:
            night.attention.append(
                f"{recipient}: request {one.number} names {lifted[one.id]} person(s) who are corrected no longer; call"
                " him, so that he does not erase them (no reminder is sent)"
            )


def _due_of_suppliers(session: Session, night: Night, recipient: Recipient, requests: list[Notice]) -> list[Notice]:
    """Return the requests of which the last sign to the supplier is a term ago."""
    days = recipient.terms.remind_after_days if recipient.terms else 0
    last = last_sent(session, night.code, requests)
    return [one for one in requests if last[one.number] and last[one.number] <= night.as_of - timedelta(days=days)]


def last_sent(session: Session, code: str, requests: list[Notice]) -> dict[str, date]:
    """Return notice's number -> day of the last sign of it: its own, or that of a reminder (date.max: one waits)."""
    found = {one.number: one.sent_on or date.max for one in requests}
    wanted = select(Notice.refers_to, Notice.sent_on).where(Notice.municipality == code, Notice.refers_to.in_(found))
    for number, sent_on in session.execute(wanted):
        found[str(number)] = max(found[str(number)], sent_on or date.max)
    return found


def _draft(recipient: Recipient, request: Notice) -> NoticeDraft:
    asked = asked_of(recipient.terms, request.day)
    by = request.due_on or (asked.by if asked else request.day)
    return NoticeDraft(REMINDER, [], {}, request.persons, asked=Asked((), by, request.number))


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
        due = _due_of_parties(session, night, party)
        if due and not night.shadow:
            certificate = read_certificate(recipient.certificate) if recipient.certificate else None
            for one in due:
                draft = NoticeDraft(REMINDER, [], {}, one.persons, asked=Asked((), None, one.number))
                write(session, night, recipient, certificate, draft)
    return len(due)


def _due_of_parties(session: Session, night: Night, party: Party) -> list[Notice]:
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
