"""Look: what the gate judges, read at this moment from register and systems; never from an earlier run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from hervat.bsn import normalised
from hervat.cleaning import maybe_true, open_system
from hervat.cleaning.history import history_kept
from hervat.cleaning.picture import picture_of_system
from hervat.delivery import listed, waiting
from hervat.delivery.facts import GateFacts, Hit, Keys, SystemFacts, summed
from hervat.delivery.memory import at_cbs
from hervat.delivery.quarters import peildatum
from hervat.delivery.source import RecordsSource, open_records
from hervat.errors import redacted
from hervat.night import Night
from hervat.register.models import utc_now
from hervat.register.people import People, bsns_of, read_people
from hervat.settings import System

T = TypeVar("T")


def look(night: Night, quarter: str) -> GateFacts:
    """Return what stands now for the delivery of a quarter. What can't be read is among its errors."""
    facts = look_at_systems(night)
    cbs = night.municipality.cbs
    if cbs is None:
        return facts
    errors = list(facts.errors)

    def records() -> Keys:
        with open_records(night.municipality, cbs, peildatum(quarter)) as source:
            return in_records(night, source, facts.watched)

    found = _tried(records, frozenset[str](), errors)
    return replace(facts, records=found, errors=tuple(errors))


def look_at_systems(night: Night) -> GateFacts:
    """Return what stands now in the register, the local systems and the lists; not the records."""
    errors: list[str] = []
    municipality, begun = night.municipality, utc_now()
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        bsns = bsns_of(session, night.code, night.keyring, people, not_free(people) | people.in_state("parked"))
        facts = GateFacts(
            people,
            night.settler,
            quarantined=waiting.quarantined_corrections(session, night.code),
            unloaded=waiting.unloaded(session, night.code),
            plans=waiting.waiting_persons(session, night.code),
            suppliers=waiting.unconfirmed(session, municipality, people),
            at_cbs=at_cbs(session, night.keyring, people),
            watched=frozenset().union(*bsns.values()),
            looked_at=begun,
        )
    systems = roots_now(night, errors)
    corrected = {people.key(one) for one in people.in_state("corrected")}
    wanted = {bsn: key for key, ones in bsns.items() if key in corrected for bsn in ones}
    return replace(
        facts,
        systems=systems,
        hits=tuple(hit for one in municipality.systems for hit in _hits(one, wanted, errors)),
        errors=tuple(errors),
    )


def roots_now(night: Night, errors: list[str]) -> tuple[SystemFacts, ...]:
    """Return the roots of every database system as they are now; a system that can't be read is among the errors."""
    found = [_system(night, one, errors) for one in night.municipality.databases]
    return tuple(system for system in found if system)


def not_free(people: People) -> set[int]:
    """Return the persons whom no delivery may hold: corrected or disputed."""
    return people.in_state("corrected") | people.in_state("disputed")


def in_records(night: Night, source: RecordsSource, watched: Keys) -> Keys:
    """Return the pseudonyms of those of the BSNs (nine digits) that stand in the records, however they are spelled."""
    found = {digits for bsn in source.bsns() if (digits := _digits(bsn)) in watched}
    return frozenset(night.keyring.pseudonym("bsn", digits) for digits in found)


def _digits(bsn: Any) -> str:
    """Return the nine digits; what is that already is known at a glance."""
    plain = type(bsn) is str and len(bsn) == 9 and bsn.isascii() and bsn.isdigit()
    return bsn if plain else normalised(bsn) or ""


def _system(night: Night, system: System, errors: list[str]) -> SystemFacts | None:
    named: list[str] = []
    found = _tried(lambda: _roots(night, system), None, named)
    errors.extend(said if system.name in said else f"system {system.name}: {said}" for said in named)
    return found


def _roots(night: Night, system: System) -> SystemFacts:
    cbs = night.municipality.cbs
    feeds = cbs is not None and cbs.records.system == system.name
    with open_system(system) as local:
        found = summed(system.name, feeds, system.policy, maybe_true(local), night.keyring.pseudonyms("bsn"))
        return replace(found, looked_at=utc_now(), picture=picture_of_system(local), history=history_kept(local))


def _hits(system: System, wanted: Mapping[str, str], errors: list[str]) -> list[Hit]:
    if system.files is None or system.policy == "retain":
        return []
    return _tried(lambda: listed.search(system, wanted), [], errors)


def _tried(read: Callable[[], T], otherwise: T, errors: list[str]) -> T:
    """Return what `read` gives; what it raises becomes an error: the gate is not open on what nobody could see."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - what failed is told, and the rest is looked at
        errors.append(redacted(error))
        return otherwise
