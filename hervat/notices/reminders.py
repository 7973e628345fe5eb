"""Reminders to suppliers and third parties, and the calls that a person makes about those that do not answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.counts import open_notices
from hervat.notices.outbox import NoticeDraft, enqueue_all
from hervat.notices.recipients import Recipient, parties
from hervat.notices.request import Asked, asked_of
from hervat.register import SENT, scope
from hervat.register.models import Notice, Told
from hervat.settings import Party
from hervat.settling import People

_KIND = "reminder"


def remind_supplier(night: Night, recipient: Recipient, people: People) -> int:
    """Enqueue the reminders that are due to a supplier; return how many. In shadow they are only counted.

    A request that names a person who is not corrected any more, or is on hold, gets none: a person calls the supplier.
    """
    with night.register.session() as session:
        requests = _open_requests(session, night.code, recipient.name)
        named = _named(session, requests)
        reinstated, on_hold = _reinstated(named, people), _on_hold(named, people)
        _warn(night, recipient, requests, reinstated, on_hold)
        waiting = [request for request in requests if request.id not in reinstated | on_hold]
        days = recipient.terms.remind_after_days if recipient.terms else 0
        late = _late(night, waiting, last_sent(session, night.code, waiting), days)
        return _remind(session, night, recipient, late)


def remind_parties(night: Night) -> int:
    """Enqueue the reminders that are due to parties; return how many. In shadow they are only counted.

    A party's failure stays within it. The notices that a person calls about are put in the night's attention.
    """
    recipients = [(recipient, recipient.party) for recipient in parties(night.municipality) if recipient.party]
    with night.register.session() as session:
        unanswered = _unanswered(session, night.code)
        calls = _answered_badly(session, night.code)
        last = last_sent(session, night.code, [notice for notices in unanswered.values() for notice in notices])
    due = 0
    for recipient, party in recipients:
        notices = unanswered[party.name]
        try:
            due += _remind_party(night, recipient, party, _late(night, notices, last, party.remind_after_days))
        except HervatError as error:
            night.error(f"{recipient}: it was not reminded: {error}")
        _ask_for_calls(night, recipient, party, notices, calls[party.name])
    return due


def _unanswered(session: Session, code: str) -> defaultdict[str, list[Notice]]:
    """Return party -> the notices to it that got no answer at all."""
    notices: defaultdict[str, list[Notice]] = defaultdict(list)
    query = select(Notice).options(defer(Notice.payload)).where(*open_notices(code)).order_by(Notice.id)
    for notice in session.scalars(query):
        notices[notice.party].append(notice)
    return notices


def _remind_party(night: Night, recipient: Recipient, party: Party, late: list[Notice]) -> int:
    """Enqueue a party's reminders, but for notices that a person calls about already, or that a later one replaced."""
    called_about = _called_about(night, party)
    waiting = [notice for notice in late if notice.sent_on and notice.sent_on > called_about]
    if not waiting:
        return 0
    with night.register.session() as session:
        old = superseded(session, waiting)
        return _remind(session, night, recipient, [notice for notice in waiting if notice.id not in old])


def _called_about(night: Night, party: Party) -> date:
    """Return the day: a notice that was sent then or earlier, and not answered, is one that a person calls about."""
    return night.as_of - timedelta(days=party.escalation)


def _late(night: Night, notices: list[Notice], last: Mapping[str, date], days: int) -> list[Notice]:
    """Return the notices that were sent last, themselves or in a reminder, `days` ago."""
    since = night.as_of - timedelta(days=days)
    return [notice for notice in notices if last[notice.number] <= since]


def _remind(session: Session, night: Night, recipient: Recipient, late: list[Notice]) -> int:
    """Enqueue a reminder of each of these notices; return how many."""
    if late and not night.shadow:
        enqueue_all(session, night, recipient, [_draft(recipient, notice) for notice in late])
    return len(late)


def _draft(recipient: Recipient, notice: Notice) -> NoticeDraft:
    """Return the reminder of a notice. To a supplier it repeats the last day of the request."""
    terms = asked_of(recipient.terms, notice.day)
    by = notice.due_on or terms.by if terms else None
    return NoticeDraft(_KIND, [], {}, notice.persons, asked=Asked((), by, notice.number))


def last_sent(session: Session, code: str, notices: list[Notice]) -> dict[str, date]:
    """Return notice number -> day on which it or its last reminder was sent (date.max: a reminder waits)."""
    last = {notice.number: notice.sent_on or date.max for notice in notices}
    if not last:
        return {}
    query = select(Notice.refers_to, Notice.sent_on).where(scope(Notice, code), Notice.refers_to.in_(last))
    for number, sent_on in session.execute(query):
        last[str(number)] = max(last[str(number)], sent_on or date.max)
    return last


def _open_requests(session: Session, code: str, system: str) -> list[Notice]:
    """Return the requests that were sent and are not confirmed as done."""
    query = select(Notice).options(defer(Notice.payload))
    query = query.where(
        scope(Notice, code),
        Notice.audience == "supplier",
        Notice.party == system,
        Notice.refers_to.is_(None),
        Notice.status == SENT,
        Notice.done_on.is_(None),
    )
    return list(session.scalars(query.order_by(Notice.id)))


def _named(session: Session, requests: Iterable[Notice]) -> list[tuple[int, str]]:
    """Return (request, pseudonym) of the persons whom requests name."""
    ids = [request.id for request in requests]
    return list(session.execute(select(Told.notice_id, Told.key).where(Told.notice_id.in_(ids))).tuples())


def _reinstated(named: Iterable[tuple[int, str]], people: People) -> dict[int, int]:
    """Return request -> number of its persons who are not corrected any more."""
    persons: defaultdict[int, set[int]] = defaultdict(set)
    for notice_id, key in named:
        verdict = people.state_of(key)
        if verdict and verdict.state != "corrected":
            persons[notice_id].add(people.owner[key])
    return {notice_id: len(numbers) for notice_id, numbers in persons.items()}


def _on_hold(named: Iterable[tuple[int, str]], people: People) -> dict[int, int]:
    """Return request -> number of its persons who are on hold, and would be erased."""
    persons: defaultdict[int, set[int]] = defaultdict(set)
    for notice_id, key in named:
        if people.owner.get(key) in people.on_hold:
            persons[notice_id].add(people.owner[key])
    return {notice_id: len(numbers) for notice_id, numbers in persons.items()}


def _warn(
    night: Night,
    recipient: Recipient,
    requests: Iterable[Notice],
    reinstated: dict[int, int],
    on_hold: dict[int, int],
) -> None:
    for request in requests:
        if request.id in reinstated:
            night.attention.append(
                f"{recipient}: request {request.number} names {reinstated[request.id]} person(s) who are corrected no"
                " longer; call the supplier, so that they are not erased (no reminder is sent)"
            )
        if request.id in on_hold:
            night.attention.append(
                f"{recipient}: request {request.number} names {on_hold[request.id]} person(s) who are on hold; call the"
                " supplier, so that they are not erased (no reminder is sent)"
            )


def superseded(session: Session, notices: list[Notice]) -> set[int]:
    """Return those of the notices with a person about whom a later notice was written to the same recipient."""
    if not notices:
        return set()
    later, first = aliased(Told), aliased(Told)
    newer, older = aliased(Notice), aliased(Notice)
    rows = session.scalars(
        select(first.notice_id)
        .join(older, older.id == first.notice_id)
        .join(later, later.key == first.key)
        .join(newer, newer.id == later.notice_id)
        .where(
            first.notice_id.in_([notice.id for notice in notices]),
            scope(newer, older.municipality),
            newer.audience == older.audience,
            newer.party == older.party,
            newer.id > older.id,
        )
        .distinct()
    )
    return set(rows)


def _ask_for_calls(
    night: Night, recipient: Recipient, party: Party, unanswered: list[Notice], answered: dict[str, list[str]]
) -> None:
    """Put in the night's attention the notices about which a person calls a party: silent, refused, or partly done."""
    since = _called_about(night, party)
    silent = [notice.number for notice in unanswered if notice.sent_on and notice.sent_on <= since]
    for reason, numbers in {f"without an answer for {party.escalation} days": silent, **answered}.items():
        if numbers:
            night.attention.append(
                f"{recipient}: {len(numbers)} notice(s) {reason} ({', '.join(numbers[:5])}); call it, and record what"
                " it says with `hervat notices confirm`"
            )


_BAD = {"refused": "that it refused", "partly": "that it did only in part"}


def _answered_badly(session: Session, code: str) -> defaultdict[str, dict[str, list[str]]]:
    """Return party -> reason for a call -> numbers of the notices that it refused or did only in part."""
    calls: defaultdict[str, dict[str, list[str]]] = defaultdict(lambda: {reason: [] for reason in _BAD.values()})
    answered = scope(Notice, code), Notice.audience == "party", Notice.refers_to.is_(None), Notice.answer.in_(_BAD)
    for party, answer, number in session.execute(
        select(Notice.party, Notice.answer, Notice.number).where(*answered).order_by(Notice.id)
    ):
        calls[party][_BAD[str(answer)]].append(number)
    return calls
