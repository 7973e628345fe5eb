"""Reads the facts for the gate at this moment, from the register and the local systems."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.delivery.gate import lists
from hervat.delivery.gate.delivered_persons import at_cbs
from hervat.delivery.gate.facts import GateFacts, Hit, Keys, SystemFacts, summed
from hervat.delivery.quarters import peildatum
from hervat.delivery.records.source import RecordsSource, open_records
from hervat.erasure import LocalSystem, history_kept, open_system, root_groups
from hervat.errors import redacted
from hervat.intake import UNLOADED
from hervat.night import Night
from hervat.register import OPEN, WAITING
from hervat.register.models import CleaningPlan, Download, Notice, PlanPerson, QuarantinedRow, Told, utc_now
from hervat.settings import Municipality, System
from hervat.settling import People, bsns_of, people_now


def quarantined_corrections(session: Session, municipality: str) -> Keys:
    """Return the open quarantined rows that may be a correction."""
    rows = session.execute(
        select(QuarantinedRow.download_id, QuarantinedRow.row).where(
            QuarantinedRow.municipality == municipality,
            QuarantinedRow.correction.is_(True),
            QuarantinedRow.status == OPEN,
        )
    )
    return frozenset(f"file {file} row {row}" for file, row in rows)


def unloaded(session: Session, municipality: str) -> Keys:
    """Return the secured files that are not loaded: a killed run, no load step, a failure, or an open refusal."""
    numbers = session.scalars(
        select(Download.id).where(Download.municipality == municipality, Download.status.in_(UNLOADED))
    )
    return frozenset(f"file {number}" for number in numbers)


def waiting_persons(session: Session, municipality: str) -> dict[str, Keys]:
    """Return system -> keys of the persons in plans that wait for approval."""
    return _gathered(
        session.execute(
            select(CleaningPlan.system, PlanPerson.key)
            .join(PlanPerson, PlanPerson.plan_id == CleaningPlan.id)
            .where(CleaningPlan.municipality == municipality, CleaningPlan.status == WAITING)
        )
    )


def unconfirmed(session: Session, municipality: Municipality, people: People) -> dict[str, Keys]:
    """Return supplier's system -> keys of the persons whose erasure the supplier has not confirmed.

    They are in a request without that confirmation, or corrected and not requested yet: hervat can't look into the
    system, so only the confirmation proves that a person is gone.
    """
    asked, done = _requests(session, municipality.code)
    unconfirmed_keys = {name: _keys(people, keys) for name, keys in asked.items()}
    corrected = frozenset(key for person in people.in_state("corrected") if (key := people.key(person)))
    for system in municipality.systems:
        if system.supplier and system.policy != "retain":
            ended = _keys(people, done.get(system.name, frozenset()))
            unconfirmed_keys[system.name] = unconfirmed_keys.get(system.name, frozenset()) | (corrected - ended)
    return unconfirmed_keys


def _requests(session: Session, municipality: str) -> tuple[dict[str, Keys], dict[str, Keys]]:
    """Return system -> keys of persons in its requests that are not confirmed, and in those that are."""
    rows = session.execute(
        select(Notice.done_on.is_not(None), Notice.party, Told.key)
        .join(Told, Told.notice_id == Notice.id)
        .where(Notice.municipality == municipality, Notice.audience == "supplier")
    ).all()
    asked = _gathered((party, key) for done, party, key in rows if not done)
    return asked, _gathered((party, key) for done, party, key in rows if done)


def _keys(people: People, keys: Keys) -> Keys:
    """Return today's keys for older keys of persons, who may have been merged with another since."""
    return frozenset((people.key(people.owner[key]) if key in people.owner else None) or key for key in keys)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Keys]:
    gathered: defaultdict[str, set[str]] = defaultdict(set)
    for name, key in pairs:
        gathered[name].add(key)
    return {name: frozenset(keys) for name, keys in gathered.items()}


T = TypeVar("T")


def look(night: Night, quarter: str) -> GateFacts:
    """Return the facts for the delivery of a quarter at this moment. What can't be read is among its errors."""
    facts = look_at_systems(night)
    cbs = night.municipality.cbs
    if cbs is None:
        return facts
    errors = list(facts.errors)

    def records() -> Keys:
        with open_records(night.municipality, cbs, peildatum(quarter)) as source:
            return in_records(night, source, facts.watched)

    keys = _attempt(records, frozenset[str](), errors)
    return replace(facts, records=keys, errors=tuple(errors))


def look_at_systems(night: Night) -> GateFacts:
    """Return the facts of the register, the local systems and the lists at this moment, without the records."""
    errors: list[str] = []
    municipality, begun = night.municipality, utc_now()
    with night.register.session() as session:
        people = people_now(session, night)
        bsns = bsns_of(session, night.code, night.keyring, people, not_free(people) | people.in_state("parked"))
        facts = GateFacts(
            people,
            night.settler,
            quarantined=quarantined_corrections(session, night.code),
            unloaded=unloaded(session, night.code),
            plans=waiting_persons(session, night.code),
            suppliers=unconfirmed(session, municipality, people),
            at_cbs=at_cbs(session, night.keyring, people),
            watched=frozenset().union(*bsns.values()),
            looked_at=begun,
        )
    systems = roots_now(night, errors)
    corrected = {people.key(person) for person in people.in_state("corrected")}
    key_of = {bsn: key for key, ones in bsns.items() if key in corrected for bsn in ones}
    return replace(
        facts,
        systems=systems,
        hits=tuple(hit for system in municipality.systems for hit in _hits(system, key_of, errors)),
        errors=tuple(errors),
    )


def roots_now(night: Night, errors: list[str]) -> tuple[SystemFacts, ...]:
    """Return the roots of every database system as they are now; a system that can't be read is among the errors."""
    facts = [_system(night, system, errors) for system in night.municipality.databases]
    return tuple(system for system in facts if system)


def not_free(people: People) -> set[int]:
    """Return the persons who may be in no delivery: corrected or disputed."""
    return people.in_state("corrected") | people.in_state("disputed")


def in_records(night: Night, source: RecordsSource, watched: Keys) -> Keys:
    """Return the pseudonyms of those of the BSNs (nine digits) that are in the records, in any spelling."""
    matches = {digits for bsn in source.bsns() if (digits := _digits(bsn)) in watched}
    return frozenset(night.keyring.pseudonym("bsn", digits) for digits in matches)


def _digits(bsn: Any) -> str:
    """Return the nine digits; the usual spelling takes a short cut."""
    plain = type(bsn) is str and len(bsn) == 9 and bsn.isascii() and bsn.isdigit()
    return bsn if plain else normalised(bsn) or ""


def _system(night: Night, system: System, errors: list[str]) -> SystemFacts | None:
    named: list[str] = []
    facts = _attempt(lambda: _roots(night, system), None, named)
    errors.extend(said if system.name in said else f"system {system.name}: {said}" for said in named)
    return facts


def _roots(night: Night, system: System) -> SystemFacts:
    cbs = night.municipality.cbs
    feeds = cbs is not None and cbs.records.system == system.name
    with _opened(night, system) as local:
        facts = summed(system.name, feeds, system.policy, root_groups(local), night.keyring.pseudonyms("bsn"))
        kept_out = tuple(local.footprint.keep) if local.footprint else ()
        return replace(facts, looked_at=utc_now(), shape=local.shape, kept_out=kept_out, history=history_kept(local))


def _opened(night: Night, system: System) -> LocalSystem:
    """Return a system as clean has just opened it, else as it is now; its rows are read now in any case."""
    opened = night.handover.systems.get(system.name)
    return opened if opened and opened.is_recent else open_system(system, to_look=True)


def _hits(system: System, key_of: Mapping[str, str], errors: list[str]) -> list[Hit]:
    if system.files is None or system.policy == "retain":
        return []
    return _attempt(lambda: lists.search_lists(system, key_of), [], errors)


def _attempt(read: Callable[[], T], otherwise: T, errors: list[str]) -> T:
    """Return the result of `read`; an exception becomes an error, for the gate does not open on what was not seen."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - a failure is reported, and the rest is read
        errors.append(redacted(error))
        return otherwise
