"""Erasure requests to the suppliers of systems in which only they can erase (handreiking 4.2); part of step clean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Counts, Night
from hervat.notices.outbox import NoticeDraft, Statement, enqueue_all
from hervat.notices.read_answers import confirm
from hervat.notices.recipients import Recipient, suppliers
from hervat.notices.reminders import remind_supplier
from hervat.notices.request import asked_of
from hervat.notices.send import send
from hervat.notices.what_parties_know import last_told
from hervat.register import scope
from hervat.register.models import Notice, PersonState
from hervat.settling import People, bsns_of, people_now

_KIND = "erasure"


def request_erasures(night: Night) -> Counts:
    """Request erasure of corrected persons from their suppliers, read the answers, and remind.

    Counts, per system: persons newly requested. In shadow nothing is written or sent. A supplier without a certificate
    gets number and count only; that a person must hand over the list is in the night's attention until it confirms.
    """
    recipients = suppliers(night.municipality)
    if recipients:
        return {"suppliers": _request_all(night, recipients)}
    if not night.shadow:
        send(night, "supplier")  # tells of requests to a supplier that is not configured any more
    return {"suppliers": []}


def _request_all(night: Night, recipients: list[Recipient]) -> list[dict[str, object]]:
    with night.register.session() as session:
        people = people_now(session, night)
    requested: list[dict[str, object]] = []
    for supplier in recipients:
        with _contained(night, supplier, "no erasure was requested"):
            requested.append({"system": supplier.name, "requested": _request(night, supplier, people)})
    failed = [] if night.shadow else _send_and_read(night, recipients)
    for supplier in recipients:
        with _contained(night, supplier, "it was not reminded"):
            remind_supplier(night, supplier, people)
    if not night.shadow:
        send(night, "supplier", skip=failed)
        _hand_over(night)
    return requested


def _send_and_read(night: Night, recipients: list[Recipient]) -> list[str]:
    """Send what is due and read the answers, so that only open requests are reminded of; return the failed names."""
    failed: list[str] = send(night, "supplier")["failed"]
    confirm(night, [supplier for supplier in recipients if supplier.name not in failed])
    return failed


@contextmanager
def _contained(night: Night, recipient: Recipient, failure: str) -> Iterator[None]:
    """Turn a supplier's error into an error of the night, so that the other suppliers go on."""
    try:
        yield
    except HervatError as error:
        night.error(f"{recipient}: {failure}: {error}")


def _request(night: Night, recipient: Recipient, people: People) -> int:
    """Enqueue one request for the persons not yet requested from this supplier; return their number."""
    with night.register.session() as session:
        keys = _unasked(session, night, recipient, people)
        if keys and not night.shadow:
            enqueue_all(session, night, recipient, [_draft(session, night, recipient, people, keys)])
    return len({people.owner[key] for key in keys})


def _unasked(session: Session, night: Night, recipient: Recipient, people: People) -> set[str]:
    """Return the BSN pseudonyms of persons for whom no request was made since they were corrected.

    Nobody on hold (AVG 18 and 21) is among them: what a supplier has erased does not come back.
    """
    since: dict[int, date] = dict(
        session.execute(
            select(PersonState.person_id, PersonState.since).where(
                scope(PersonState, night.code), PersonState.state == "corrected"
            )
        )
        .tuples()
        .all()
    )
    requested = last_told(session, night.code, recipient.audience, [recipient.name])[recipient.name]
    corrected = people.in_state("corrected") - people.on_hold.keys()
    keys = {key for person in corrected for key in people.keys.get(person, [])}
    return {key for key in keys if key not in requested or requested[key].day < since.get(people.owner[key], date.min)}


def _draft(session: Session, night: Night, recipient: Recipient, people: People, keys: set[str]) -> NoticeDraft:
    owners = {people.owner[key] for key in keys}
    entries = (
        _entries(bsns_of(session, night.code, night.keyring, people, owners), night, keys) if recipient.mark else []
    )
    statements = dict.fromkeys(keys, Statement(_KIND))
    return NoticeDraft(_KIND, entries, statements, len(owners), asked=asked_of(recipient.terms, night.as_of))


def _entries(bsns: Mapping[str, frozenset[str]], night: Night, keys: set[str]) -> list[dict[str, str]]:
    numbers = sorted(bsn for spellings in bsns.values() for bsn in spellings)
    return [{"bsn": bsn} for bsn in numbers if night.keyring.pseudonym("bsn", bsn) in keys]


def _hand_over(night: Night) -> None:
    """Put in the night's attention the requests that name nobody: a person hands the list to the supplier."""
    unnamed = [supplier.name for supplier in suppliers(night.municipality) if not supplier.mark]
    if not unnamed:
        return
    with night.register.session() as session:
        waiting = session.execute(
            select(Notice.party, Notice.number, Notice.persons)
            .where(
                scope(Notice, night.code),
                Notice.audience == "supplier",
                Notice.party.in_(unnamed),
                Notice.refers_to.is_(None),
                Notice.received_on.is_(None),
                Notice.done_on.is_(None),
            )
            .order_by(Notice.id)
        ).all()
    for name, number, count in waiting:
        night.attention.append(
            f"supplier of {name}: it has no certificate, so request {number} names nobody; hand over the list of its"
            f" {count} person(s)"
        )
