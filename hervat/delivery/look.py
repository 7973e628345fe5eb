"""Look: what the gate judges, read at this moment from register and systems; never from an earlier run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from hervat.bsn import normalised
from hervat.cleaning import open_system, roots
from hervat.cleaning.picture import picture_of_system
from hervat.delivery import listed, waiting
from hervat.delivery.facts import GateFacts, Hit, Keys, SystemFacts, summed
from hervat.delivery.quarters import peildatum
from hervat.delivery.source import RecordsSource, open_records
from hervat.errors import redacted
from hervat.night import Night
from hervat.register.people import bsns_of, read_people
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
            return in_records(night, source)

    found = _tried(records, frozenset[str](), errors)
    return replace(facts, records=found, errors=tuple(errors))


def look_at_systems(night: Night) -> GateFacts:
    """Return what stands now in the register, the local systems and the lists; not the records."""
    errors: list[str] = []
    municipality = night.municipality
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        corrected = bsns_of(session, night.code, night.keyring, people, people.in_state("corrected"))
        facts = GateFacts(
            people,
            night.settler,
            quarantined=waiting.quarantined_corrections(session, night.code),
            unloaded=waiting.unloaded(session, night.code),
            plans=waiting.waiting_persons(session, night.code),
            suppliers=waiting.unconfirmed(session, municipality, people),
        )
    systems = [_system(night, one, errors) for one in municipality.databases]
    wanted = {bsn: key for key, bsns in corrected.items() for bsn in bsns}
    return replace(
        facts,
        systems=tuple(system for system in systems if system),
        hits=tuple(hit for one in municipality.systems for hit in _hits(one, wanted, errors)),
        errors=tuple(errors),
    )


def in_records(night: Night, source: RecordsSource) -> Keys:
    """Return the pseudonyms of the BSNs in the records; what spells none is found when they are written."""
    digits = (normalised(bsn) for bsn in source.bsns())
    return frozenset(night.keyring.pseudonym("bsn", bsn) for bsn in digits if bsn)


def _system(night: Night, system: System, errors: list[str]) -> SystemFacts | None:
    named: list[str] = []
    found = _tried(lambda: _roots(night, system), None, named)
    errors.extend(said if system.name in said else f"system {system.name}: {said}" for said in named)
    return found


def _roots(night: Night, system: System) -> SystemFacts:
    cbs = night.municipality.cbs
    feeds = cbs is not None and cbs.records.system == system.name
    with open_system(system) as local:
        found = summed(system.name, feeds, system.policy, roots(local), lambda bsn: night.keyring.pseudonym("bsn", bsn))
        return replace(found, picture=picture_of_system(local))


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
