"""Erasure requests to the suppliers who alone can erase in a system (handreiking 4.2). Part of the step clean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Counts, Night
from hervat.notices.envelope import read_certificate
from hervat.notices.outbox import NoticeDraft, Saying, write
from hervat.notices.read_answers import confirm
from hervat.notices.recipients import Recipient, suppliers
from hervat.notices.reminders import remind
from hervat.notices.request import asked_of
from hervat.notices.send import send
from hervat.notices.what_parties_know import last_told
from hervat.register.models import Notice, PersonState
from hervat.settling import People, bsns_of

_KIND = "erasure"


def request_erasures(night: Night, people: People) -> Counts:
    """Ask each supplier to erase the corrected persons he was not asked for yet, send, read his answers, remind him.

    Counts, per system: persons newly requested. In shadow nothing is written or sent. A supplier without a certificate
    gets number and count only; that a person must hand him the list is in the night's attention until he confirms.
    """
    found = suppliers(night.municipality)
    asked = []
    for one in found:
        with _own_trouble(night, one, "no erasure was requested"):
            asked.append({"system": one.name, "requested": _request(night, one, people)})
    failed = [] if night.shadow else _send_and_read(night, found)
    for one in found:
        with _own_trouble(night, one, "he was not reminded"):
            remind(night, one, people)
    if not night.shadow:
        send(night, "supplier", skip=failed)
        _hand_over(night)
    return {"suppliers": asked}


def _send_and_read(night: Night, found: list[Recipient]) -> list[str]:
    """Send what is due and read the answers, so that nobody is reminded of what he has done; return who failed."""
    failed: list[str] = send(night, "supplier")["failed"]
    confirm(night, [one for one in found if one.name not in failed])
    return failed


@contextmanager
def _own_trouble(night: Night, recipient: Recipient, what: str) -> Iterator[None]:
    """Keep a supplier's failure within him."""
    try:
        yield
    except HervatError as error:
        night.fail(f"{recipient}: {what}: {error}")


def _request(night: Night, recipient: Recipient, people: People) -> int:
    """Write one request for whom this supplier was not asked for yet; return how many persons that are."""
    with night.register.session() as session:
        keys = _unasked(session, night, recipient, people)
        if keys and not night.shadow:
            certificate = read_certificate(recipient.certificate) if recipient.certificate else None
            write(session, night, recipient, certificate, _draft(session, night, recipient, people, keys))
    return len({people.owner[key] for key in keys})


def _unasked(session: Session, night: Night, recipient: Recipient, people: People) -> set[str]:
    """Return the BSN pseudonyms of corrected persons for whom no request was made since they are corrected."""
    since: dict[int, date] = dict(
        session.execute(
            select(PersonState.person_id, PersonState.since).where(
                PersonState.municipality == night.code, PersonState.state == "corrected"
            )
        )
        .tuples()
        .all()
    )
    asked = last_told(session, night.code, recipient)
    keys = {key for person in people.in_state("corrected") for key in people.keys.get(person, [])}
    return {key for key in keys if key not in asked or asked[key].day < since.get(people.owner[key], date.min)}


def _draft(session: Session, night: Night, recipient: Recipient, people: People, keys: set[str]) -> NoticeDraft:
    owners = {people.owner[key] for key in keys}
    entries = (
        _entries(bsns_of(session, night.code, night.keyring, people, owners), night, keys) if recipient.mark else []
    )
    told = dict.fromkeys(keys, Saying(_KIND))
    return NoticeDraft(_KIND, entries, told, len(owners), asked=asked_of(recipient.terms, night.as_of))


def _entries(bsns: Mapping[str, frozenset[str]], night: Night, keys: set[str]) -> list[dict[str, str]]:
    found = (bsn for several in bsns.values() for bsn in several)
    return [{"bsn": bsn} for bsn in sorted(found) if night.keyring.pseudonym("bsn", bsn) in keys]


def _hand_over(night: Night) -> None:
    """Say for which requests a supplier waits for the list itself: a person hands it over until he answers."""
    unnamed = [one.name for one in suppliers(night.municipality) if not one.mark]
    with night.register.session() as session:
        waiting = session.execute(
            select(Notice.party, Notice.number, Notice.persons)
            .where(
                Notice.municipality == night.code,
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
            f"supplier of {name}: he has no certificate, so request {number} names nobody; hand him the list of its"
            f" {count} person(s)"
        )
