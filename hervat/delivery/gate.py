"""The gate: which reasons shut a delivery. Pure, over a closed list; what is read and who accepts stand elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hervat.bsn import Bsn
from hervat.delivery.facts import GateFacts, Keys, SystemFacts
from hervat.register.people import People
from hervat.settling import State

ABSOLUTE = ("corrected_in_records", "standing", "disputed", "quarantined_correction", "download_unloaded")
ACCEPTABLE = ("standing_elsewhere", "plan_waits", "supplier_unconfirmed", "orphans", "parked_in_records")
CODES = ABSOLUTE + ACCEPTABLE
MENDS = {
    "corrected_in_records": "clean the feeding system (`hervat plan`), or mend the query under cbs.records",
    "standing": "approve the plan that cleans it (`hervat plan`), and run again; who is set aside a person mends there",
    "disputed": "a person decides: `hervat optin record` (the worklist shows about whom)",
    "quarantined_correction": "load a mended file, or reject the row: `hervat quarantine list`",
    "download_unloaded": "`hervat run` loads it; a refused file is mended or rejected: `hervat quarantine list`",
    "standing_elsewhere": "clean that system or list, or let two persons accept it",
    "plan_waits": "`hervat approve`, then `hervat run`; or let two persons accept it",
    "supplier_unconfirmed": "ask the supplier and record it: `hervat notices confirm`; or let two persons accept it",
    "orphans": "find out whose they are (the worklist), or let two persons accept it",
    "parked_in_records": "wait until the signal comes again, or let two persons accept it",
}


@dataclass(frozen=True)
class Reason:
    """One reason: for how many distinct persons (or files, rows), and where. members: who or what they are.

    accepted_by: the persons who accepted it for all its members; two of them open the gate for it.
    """

    code: str
    members: Keys = field(repr=False)
    system: str | None = None
    accepted_by: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of distinct persons, rows or files."""
        return len(self.members)

    @property
    def accepted(self) -> bool:
        """Whether two persons accepted it; an absolute reason never is."""
        return self.code in ACCEPTABLE and len(self.accepted_by) >= 2

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in answers: code, count, and where they apply system and accepted."""
        shown: dict[str, Any] = {"code": self.code, "count": self.count}
        if self.system is not None:
            shown["system"] = self.system
        return {**shown, "accepted": True} if self.accepted else shown


def reasons(facts: GateFacts) -> list[Reason]:
    """Return the reasons that stand, absolute ones first, in the order of the closed list."""
    found = (reason for part in (_absolute(facts), _acceptable(facts)) for reason in part)
    return [reason for reason in found if reason.members]


def _absolute(facts: GateFacts) -> Iterator[Reason]:
    people = facts.people
    yield Reason("corrected_in_records", _in_state(people, facts.records, "corrected"))
    for system in facts.systems:
        if system.feeds:
            yield Reason("standing", _in_state(people, system.standing, "corrected"), system.name)
    yield Reason("disputed", frozenset(_member(people, one) for one in people.in_state("disputed")))
    yield Reason("quarantined_correction", facts.quarantined)
    yield Reason("download_unloaded", facts.unloaded)


def _acceptable(facts: GateFacts) -> Iterator[Reason]:
    people = facts.people
    for system in facts.systems:
        if not system.feeds:
            yield Reason("standing_elsewhere", _in_state(people, system.standing, "corrected"), system.name)
    for name in sorted({hit.system for hit in facts.hits}):
        yield Reason("standing_elsewhere", frozenset(hit.key for hit in facts.hits if hit.system == name), name)
    yield from _per_system("plan_waits", facts.plans)
    yield from _per_system("supplier_unconfirmed", facts.suppliers)
    yield from _per_system("orphans", orphans(facts))
    yield Reason("parked_in_records", _in_state(people, facts.records, "parked"))


def _per_system(code: str, found: Mapping[str, Keys]) -> Iterator[Reason]:
    return (Reason(code, found[name], name) for name in sorted(found))


def orphans(facts: GateFacts) -> dict[str, Keys]:
    """Return system -> the orphans in it (design, What a person is); the union over systems counts each once."""
    return {system.name: _orphans_in(facts, system) for system in facts.systems}


def orphan_bsns(facts: GateFacts) -> dict[str, list[Bsn]]:
    """Return system -> the BSNs of its orphans, masked when printed, for the worklist."""
    return {
        system.name: [bsn for met, bsn in system.wi2021.items() if is_orphan(facts, met)] for system in facts.systems
    }


def is_orphan(facts: GateFacts, pseudonym: str) -> bool:
    """Say whether the person with this BSN, who has a root under the Wi2021, is an orphan."""
    verdict = facts.people.state_of(pseudonym)
    if verdict is None:
        return _restarted(facts, None)
    corrected = verdict.state in ("corrected", "disputed") or verdict.reinstated
    return not corrected and not verdict.seen_since_restart and _restarted(facts, verdict.group)


def _orphans_in(facts: GateFacts, system: SystemFacts) -> Keys:
    known = {_of(facts.people, met) for met in system.wi2021 if is_orphan(facts, met)}
    nameless = system.nameless if _restarted(facts, None) else 0
    return frozenset(known | {f"{system.name}#{number}" for number in range(1, nameless + 1)})


def _restarted(facts: GateFacts, group: str | None) -> bool:
    return facts.settler.restart(group, facts.people.day) <= facts.people.day


def _in_state(people: People, pseudonyms: Iterable[str], state: State) -> Keys:
    owners = {people.owner[met] for met in pseudonyms if met in people.owner}
    return frozenset(_member(people, one) for one in owners if people.verdicts[one].state == state)


def _of(people: People, pseudonym: str) -> str:
    """Return who a BSN is: the person's key, or the pseudonym itself where the register does not know him."""
    person = people.owner.get(pseudonym)
    return pseudonym if person is None else _member(people, person)


def _member(people: People, person: int) -> str:
    return people.key(person) or f"person {person}"
