"""The gate: the reasons that shut a delivery. Pure, over a closed list; look.py reads, accept.py accepts."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from hervat.bsn import Bsn
from hervat.delivery.gate.facts import GateFacts, Keys, SystemFacts
from hervat.rules import State, Verdict
from hervat.settling import People

ABSOLUTE = ("corrected_in_records", "standing", "disputed", "quarantined_correction", "download_unloaded")
DELIVERED_CORRECTED = "delivered_corrected"
ACCEPTABLE = (
    *("standing_elsewhere", "plan_waits", "supplier_unconfirmed", "orphans", "parked_in_records"),
    DELIVERED_CORRECTED,
)
CODES = ABSOLUTE + ACCEPTABLE
_ERASED = ("standing", "standing_elsewhere", "supplier_unconfirmed")
"""The reasons that end by an erasure, which a hold keeps from happening."""
FIXES = {
    "corrected_in_records": "clean the feeding system (`hervat plan`), or correct the query under cbs.records",
    "standing": "approve the plan that cleans it (`hervat plan`), and run again; persons set aside are fixed by hand",
    "disputed": "a person decides: `hervat optin record` (the worklist shows the persons)",
    "quarantined_correction": "load a corrected file, or reject the row: `hervat quarantine list`",
    "download_unloaded": "`hervat run` loads it; a refused file is corrected or rejected: `hervat quarantine list`",
    "standing_elsewhere": "clean that system or list, or let two persons accept it",
    "plan_waits": "`hervat approve`, then `hervat run`; or let two persons accept it",
    "supplier_unconfirmed": "ask the supplier and record it: `hervat notices confirm`; or let two persons accept it",
    "orphans": "find out whose they are (the worklist), or let two persons accept it",
    "parked_in_records": "wait until DUO sends the signal again, or let two persons accept it",
    DELIVERED_CORRECTED: "correct what CBS has, and confirm it: `hervat status` gives the command; or let two persons"
    " accept it",
}


@dataclass(frozen=True)
class Reason:
    """One reason, its members (persons, files or rows) and the system. accepted_by: who accepted all its members.

    on_hold: how many of its persons are on hold (AVG 18 and 21), and so are not erased.
    """

    code: str
    members: Keys = field(repr=False)
    system: str | None = None
    accepted_by: tuple[str, ...] = ()
    on_hold: int = 0

    @property
    def count(self) -> int:
        """The number of distinct persons, rows or files."""
        return len(self.members)

    @property
    def accepted(self) -> bool:
        """Whether two persons accepted it; an absolute reason never is."""
        return self.code in ACCEPTABLE and len(self.accepted_by) >= 2

    def as_json(self) -> dict[str, Any]:
        """Return the reason for JSON: code, count, and where they apply system, on_hold and accepted."""
        shown: dict[str, Any] = {"code": self.code, "count": self.count}
        if self.system is not None:
            shown["system"] = self.system
        if self.on_hold:
            shown["on_hold"] = self.on_hold
        return {**shown, "accepted": True} if self.accepted else shown


def reasons(facts: GateFacts) -> list[Reason]:
    """Return the reasons that apply, absolute ones first, in the order of the closed list."""
    everything = (reason for part in (_absolute(facts), _acceptable(facts)) for reason in part)
    on_hold = facts.people.keys_on_hold()
    return [
        replace(reason, on_hold=len(reason.members & on_hold)) if reason.code in _ERASED else reason
        for reason in everything
        if reason.members
    ]


def _absolute(facts: GateFacts) -> Iterator[Reason]:
    people = facts.people
    yield Reason("corrected_in_records", _in_state(people, facts.records, "corrected"))
    for system in facts.systems:
        if system.feeds:
            yield Reason("standing", _in_state(people, system.standing, "corrected"), system.name)
    yield Reason("disputed", frozenset(_member(people, person) for person in people.in_state("disputed")))
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
    yield Reason(DELIVERED_CORRECTED, frozenset().union(*(block.corrected for block in facts.at_cbs)))


def _per_system(code: str, members: Mapping[str, Keys]) -> Iterator[Reason]:
    return (Reason(code, members[name], name) for name in sorted(members))


def orphans(facts: GateFacts) -> dict[str, Keys]:
    """Return system -> its orphans (design, What a person is); the union over systems counts each once."""
    return _strangers(facts, come=True)


def unseen(facts: GateFacts) -> dict[str, Keys]:
    """Return system -> persons in it without a signal since a restart that is still to come."""
    return _strangers(facts, come=False)


def orphan_bsns(facts: GateFacts) -> dict[str, list[Bsn]]:
    """Return system -> the BSNs of its orphans, masked when printed, for the worklist."""
    return _bsns(facts, come=True)


def unseen_bsns(facts: GateFacts) -> dict[str, list[Bsn]]:
    """Return system -> the BSNs of its unseen, masked when printed."""
    return _bsns(facts, come=False)


def _bsns(facts: GateFacts, *, come: bool) -> dict[str, list[Bsn]]:
    liable = _liable(facts, come)
    return {system.name: [system.wi2021[met] for met in _met(facts, system, liable)] for system in facts.systems}


def _strangers(facts: GateFacts, *, come: bool) -> dict[str, Keys]:
    liable = _liable(facts, come)
    return {system.name: _strangers_in(facts, system, liable) for system in facts.systems}


def _strangers_in(facts: GateFacts, system: SystemFacts, liable: Set[int | None]) -> Keys:
    known = {_of(facts.people, met) for met in _met(facts, system, liable)}
    nameless = system.nameless if None in liable else 0
    return frozenset(known | {f"{system.name}#{number}" for number in range(1, nameless + 1)})


def _met(facts: GateFacts, system: SystemFacts, liable: Set[int | None]) -> set[str]:
    """Return the pseudonyms of the strangers in a system; looks up the few strangers, not the many in the system."""
    people, there = facts.people, system.wi2021
    known = {met for person in liable if person is not None for met in people.keys.get(person, ()) if met in there}
    return known | people.strangers_among(there.keys()) if None in liable else known


def _liable(facts: GateFacts, come: bool) -> Set[int | None]:
    """Return the persons who are strangers if they have a root under the Wi2021; None: persons unknown to the register.

    come: whether the restart of their doelgroep has come.
    """
    restarted = cache(lambda group: facts.settler.restart(group, facts.people.day) <= facts.people.day)
    silent = ((person, verdict) for person, verdict in facts.people.verdicts.items() if not verdict.seen_since_restart)
    strangers: set[int | None] = {
        person for person, verdict in silent if not _corrected(verdict) and restarted(verdict.group) is come
    }
    return strangers | {None} if restarted(None) is come else strangers


def _corrected(verdict: Verdict) -> bool:
    return verdict.state in ("corrected", "disputed") or verdict.reinstated


def _in_state(people: People, pseudonyms: Keys, state: State) -> Keys:
    persons = people.in_state(state) if pseudonyms else set()
    met = (person for person in persons if not pseudonyms.isdisjoint(people.keys.get(person, ())))
    return frozenset(_member(people, person) for person in met)


def _of(people: People, pseudonym: str) -> str:
    """Return the person's key for a BSN pseudonym; the pseudonym itself for one unknown to the register."""
    person = people.owner.get(pseudonym)
    return pseudonym if person is None else _member(people, person)


def _member(people: People, person: int) -> str:
    return people.key(person) or f"person {person}"
