"""Reminders to suppliers: the request's own bytes again, and beside it a notice with a number of its own.

At most one a term (`remind_after_days`). It names nobody. Where a person of the request is reinstated meanwhile nothing
is sent again, for the request would ask to erase him: a person calls the supplier.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from hervat.night import Night
from hervat.notices.asked import Asked, asked_of
from hervat.notices.envelope import read_certificate
from hervat.notices.outbox import Draft, write
from hervat.notices.recipients import Recipient
from hervat.register.models import Notice, Told
from hervat.register.models.notices import SENT
from hervat.register.people import People

REMINDER = "reminder"


def remind(night: Night, recipient: Recipient, people: People) -> int:
    """Write the reminders that are due to a supplier; return how many. In shadow they are only counted."""
    with night.register.session() as session:
        requests = _open(session, night.code, recipient.name)
        lifted = _reinstated(session, requests, people)
        _warn(night, recipient, requests, lifted)
        due = [one for one in _due(session, night, recipient, requests) if one.id not in lifted]
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


def _due(session: Session, night: Night, recipient: Recipient, requests: list[Notice]) -> list[Notice]:
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


def _draft(recipient: Recipient, request: Notice) -> Draft:
    asked = asked_of(recipient.terms, request.day)
    by = request.due_on or (asked.by if asked else request.day)
    return Draft(REMINDER, [], {}, request.persons, asked=Asked((), by, request.number))
