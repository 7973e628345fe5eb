"""Why a person may not be ended yet: what is still open about them, as a set of persons (AVG 17).

To add a reason: a function that yields (number, text) for those to whom it applies, and a line in REASONS. The texts
hold no personal data: they go to the terminal and into JSON.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hervat.delivery import at_cbs, deliveries_of, roots_now, search_lists
from hervat.errors import redacted
from hervat.night import Night
from hervat.notices import disclosed_now
from hervat.person.candidates import Candidates, candidates_of
from hervat.person.vault_objects import NamingObject, objects_of
from hervat.register import DOUBT, OPEN, READY, SENT, WAITING, among, scope
from hervat.register.models import (
    CleaningPlan,
    Decision,
    Delivery,
    Hold,
    Identifier,
    Incident,
    KeptValue,
    Notice,
    Ownership,
    PlanPerson,
    Receipt,
    Separate,
    Stranger,
)
from hervat.rules import end_of
from hervat.settling import counts_on, read_people

Why = Iterator[tuple[int, str]]


def open_for(session: Session, night: Night, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return number -> why the person may not be ended yet; who may be ended is not in it.

    The local systems, the queries for disclosures and the lists are read at this moment. Who is in an original in
    quarantine or of another gemeente alone is found by opening the originals, not here.
    """
    return open_of(candidates := candidates_of(session, night, numbers), objects_of(candidates))


def open_of(candidates: Candidates, objects: Collection[NamingObject]) -> dict[int, list[str]]:
    """Return number -> why a candidate may not be ended yet. objects: those of the vault that name them."""
    found: dict[int, dict[str, None]] = {}
    for reason in REASONS:
        for number, text in reason(candidates):
            found.setdefault(number, {})[text] = None
    for thing in objects:
        for number in thing.persons if thing.stays else ():
            found.setdefault(number, {})[str(thing.stays)] = None
    return {number: list(texts) for number, texts in sorted(found.items())}


def _rounds(candidates: Candidates) -> Why:
    rounds, today = candidates.night.rounds, candidates.night.as_of
    for number, span in candidates.spans.items():
        for round_ in rounds.between(*span):
            if round_.closed_on is None or round_.closed_on > today:
                yield number, f"round {round_.name} is not closed (`closed_on`)"


def _terms(candidates: Candidates) -> Why:
    """Yield the terms of the register itself, from the newest fact or the closing of its round."""
    for kind in ("signal", "person"):
        term = candidates.night.settings.retention.term(kind)
        for number, closed in candidates.closed.items() if term else ():
            ends_on = end_of(max(closed, candidates.spans[number][1]), str(term)) if closed else None
            if ends_on and ends_on > candidates.night.as_of:
                yield number, f"what DUO sent stays until {ends_on} (`retention.{kind}`)"


def _plans(candidates: Candidates) -> Why:
    query = select(PlanPerson.key, CleaningPlan.system, CleaningPlan.hash).join(
        CleaningPlan, CleaningPlan.id == PlanPerson.plan_id
    )
    waiting = (scope(CleaningPlan, candidates.night.code), CleaningPlan.status.in_([WAITING, READY]))
    for key, system, hash_ in candidates.session.execute(query.where(*waiting, among(PlanPerson.key, candidates.keys))):
        yield candidates.owners[key], f"plan {hash_[:12]} of {system} is not executed"


def _systems(candidates: Candidates) -> Why:
    errors: list[str] = []
    for system in roots_now(candidates.night, errors):
        there = system.wi2021.keys() | system.standing | system.unclear
        for number in candidates.owners_of(there & candidates.keys):
            yield number, f"still registered in {system.name}"
    yield from _unread(candidates, errors)


def _disclosed(candidates: Candidates) -> Why:
    named, errors = disclosed_now(candidates.night, candidates.keys)
    for system, keys in named.items():
        for number in candidates.owners_of(keys):
            yield number, f"{system} still lists disclosures about this person: the next night would copy them again"
    yield from _unread(candidates, errors)


def _lists(candidates: Candidates) -> Why:
    systems = [system for system in candidates.night.municipality.systems if system.files is not None]
    bsns = _bsns(candidates) if systems else {}
    for system in systems:
        try:
            hits = search_lists(system, bsns)
        except Exception as error:  # noqa: BLE001 - what could not be searched is not clean
            yield from _unread(candidates, [redacted(error)])
            continue
        for number in candidates.owners_of(hit.key for hit in hits):
            yield number, f"still in a list of {system.name}"


def _bsns(candidates: Candidates) -> dict[str, str]:
    """Return BSN (nine digits) -> its pseudonym."""
    code, keyring = candidates.night.code, candidates.night.keyring
    query = select(Identifier.sealed, Identifier.pseudonym).where(
        scope(Identifier, code), Identifier.kind == "bsn", among(Identifier.pseudonym, candidates.keys)
    )
    rows = candidates.session.execute(query)
    return {keyring.open(sealed, "identifier").decode(): pseudonym for sealed, pseudonym in rows}


def _unread(candidates: Candidates, errors: list[str]) -> Why:
    """Yield what could not be read, for everybody: they may be there."""
    yield from ((number, error) for error in errors for number in candidates.numbers)


def _notices(candidates: Candidates) -> Why:
    columns = ("id", "number", "audience", "status", "received_on", "done_on", "party")
    query = select(*(getattr(Notice, name) for name in columns)).where(
        scope(Notice, candidates.night.code), among(Notice.id, candidates.told)
    )
    unread = select(Receipt.notice_id).where(Receipt.status == DOUBT, among(Receipt.notice_id, candidates.told))
    doubtful = set(candidates.session.scalars(unread))
    for row in candidates.session.execute(query.order_by(Notice.id)):
        for text in _open_notice(row, row.id in doubtful):
            yield from ((number, text) for number in sorted(candidates.told[row.id]))


def _open_notice(row: Any, doubtful: bool) -> Iterator[str]:
    called = f"notice {row.number} to {row.party}"
    if row.status != SENT:
        yield f"{called} is {row.status}, not sent"
    elif row.done_on is None and (row.audience != "party" or row.received_on is None):
        yield f"{called} is not confirmed"
    if doubtful:
        yield f"an answer to {called} waits to be read"


def _deliveries(candidates: Candidates) -> Why:
    session, night = candidates.session, candidates.night
    held = deliveries_of(session, night.keyring, candidates.owners)
    if not held:
        return
    people = read_people(session, night.code, night.settler, night.as_of)
    for at in at_cbs(session, night.keyring, people):
        for number in candidates.owners_of(at.corrected):
            yield number, f"the delivery of {at.quarter} held this person, and its correction is not confirmed"
    columns = (Delivery.id, Delivery.quarter, Delivery.written_on, Delivery.receipt)
    rows = session.execute(select(*columns).where(scope(Delivery, night.code)).order_by(Delivery.id)).all()
    newest = {row.quarter: row.id for row in rows}
    for row in rows:
        for number in sorted(held.get(row.id, ())):
            yield from ((number, text) for text in _open_delivery(candidates, row, number, newest[row.quarter]))


def _open_delivery(candidates: Candidates, row: Any, number: int, newest: int) -> Iterator[str]:
    if row.receipt is None and row.id == newest:
        yield f"the delivery of {row.quarter} with this person has no receipt of CBS"
    term, closed = candidates.night.settings.retention.term("delivery"), candidates.closed.get(number)
    ends_on = end_of(max(closed, row.written_on), term) if term and closed else None
    if ends_on and ends_on > candidates.night.as_of:
        yield f"the delivery of {row.quarter} stays until {ends_on} (`retention.delivery`)"


def _restricted(candidates: Candidates) -> Why:
    owners = {f"person {number}": number for number in candidates.numbers} | dict(candidates.owners)
    query = select(KeptValue.key, KeptValue.system).where(
        scope(KeptValue, candidates.night.code), KeptValue.lifted_on.is_(None), among(KeptValue.key, owners)
    )
    for key, system in candidates.session.execute(query.distinct()):
        yield owners[key], f"a restriction in {system} is not lifted"


def _decisions(candidates: Candidates) -> Why:
    for model, what in ((Decision, "about the law"), (Ownership, "about the gemeente")):
        waits = and_(scope(model, candidates.night.code), model.waits.is_(True))
        query = select(model.person_id).where(waits, among(model.person_id, candidates.numbers))
        for number in candidates.session.scalars(query):
            yield number, f"a decision {what} waits for a second person"


def _held(candidates: Candidates) -> Why:
    query = select(Hold.person_id, Hold.ground).where(
        scope(Hold, candidates.night.code),
        counts_on(candidates.night.as_of),
        among(Hold.person_id, candidates.numbers),
    )
    for number, ground in candidates.session.execute(query.distinct()):
        yield number, f"on hold (AVG {ground}): `hervat person release`"


def _splits(candidates: Candidates) -> Why:
    query = select(Separate.key, Separate.other_key).where(
        scope(Separate, candidates.night.code), Separate.second_by.is_(None)
    )
    for keys in candidates.session.execute(query).tuples():
        for number in candidates.owners_of(keys):
            yield number, "a split of this person waits for a second person"


def _orphans(candidates: Candidates) -> Why:
    code, session = candidates.night.code, candidates.session
    incident = select(Incident.id).where(scope(Incident, code), Incident.kind == "orphans", Incident.status == OPEN)
    if session.scalars(incident).first() is None:
        return
    query = select(Stranger.person_id).where(
        scope(Stranger, code), Stranger.orphan_since.is_not(None), among(Stranger.person_id, candidates.numbers)
    )
    for number in session.scalars(query):
        yield number, "an incident about persons without a valid signal is open"


REASONS: tuple[Callable[[Candidates], Why], ...] = (
    _rounds,
    _terms,
    _plans,
    _systems,
    _disclosed,
    _lists,
    _notices,
    _deliveries,
    _restricted,
    _decisions,
    _held,
    _splits,
    _orphans,
)
"""Closed list, in the order in which the reasons are told."""
