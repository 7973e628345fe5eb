"""All persons of a municipality with their state on a day, read in a few queries: never one per person."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.register.models import Decision, Identifier, Person, SignalRow
from hervat.settling import STATES, Settler, Signal, State, Verdict
from hervat.settling import Decision as Choice


@dataclass(frozen=True)
class People:
    """The persons of a municipality on a day. A BSN is met here as its pseudonym only.

    verdicts: person id -> state; owner: BSN pseudonym -> person id; keys: person id -> his BSN pseudonyms, sorted.
    The first of them is the person's key: by it plans, notices and acceptances name him.
    """

    day: date
    verdicts: dict[int, Verdict]
    owner: dict[str, int]
    keys: dict[int, list[str]] = field(default_factory=dict)

    def in_state(self, *states: State) -> set[int]:
        """Return the ids of the persons in one of these states."""
        return {person for person, verdict in self.verdicts.items() if verdict.state in states}

    def state_of(self, pseudonym: str) -> Verdict | None:
        """Return the state of the person with this BSN pseudonym, None when the register does not know him."""
        person = self.owner.get(pseudonym)
        return None if person is None else self.verdicts[person]

    def key(self, person: int) -> str | None:
        """Return the person's key, None for one who is known by V-nummer alone."""
        return next(iter(self.keys.get(person, [])), None)

    def unfindable(self) -> int:
        """Return how many corrected persons are known by V-nummer alone: no system can be searched for them."""
        return sum(self.key(person) is None for person in self.in_state("corrected"))

    def key_now(self, key: str) -> str:
        """Return today's key of a person named by a key of then: he may have been joined with another since."""
        return (self.key(self.owner[key]) if key in self.owner else None) or key

    def counts(self) -> dict[str, int]:
        """Return the persons in each state, and how many of them are reinstated."""
        found = Counter(verdict.state for verdict in self.verdicts.values())
        reinstated = sum(verdict.reinstated for verdict in self.verdicts.values())
        return {**{state: found[state] for state in STATES}, "reinstated": reinstated}


def read_people(session: Session, municipality: str, settler: Settler, day: date) -> People:
    """Return every person of a municipality, settled for `day` with all facts known now."""
    signals, decisions = _signals(session, municipality), _decisions(session, municipality)
    ids = session.scalars(select(Person.id).where(Person.municipality == municipality))
    verdicts = {one: settler.settle(signals.get(one, ()), decisions.get(one, ()), day) for one in ids}
    owner, keys = _owners(session, municipality)
    return People(day, verdicts, owner, keys)


def bsns_of(
    session: Session, municipality: str, keyring: Keyring, people: People, persons: set[int]
) -> dict[str, frozenset[str]]:
    """Return person key -> BSNs (nine digits) of these persons; those without a BSN are left out."""
    return _opened(session, municipality, keyring, people, persons, "bsn")


def v_numbers_of(
    session: Session, municipality: str, keyring: Keyring, people: People, persons: set[int]
) -> dict[str, frozenset[str]]:
    """Return person key -> V-nummers of these persons; those without a V-nummer or without a BSN are left out."""
    return _opened(session, municipality, keyring, people, persons, "v")


def _opened(
    session: Session, municipality: str, keyring: Keyring, people: People, persons: set[int], kind: str
) -> dict[str, frozenset[str]]:
    rows = session.execute(
        select(Identifier.person_id, Identifier.sealed).where(
            Identifier.municipality == municipality, Identifier.kind == kind
        )
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for person, sealed in rows:
        key = people.key(person)
        if person in persons and key:
            found[key].add(keyring.open(sealed, "identifier").decode())
    return {key: frozenset(numbers) for key, numbers in found.items()}


def decided(session: Session, municipality: str) -> dict[int, tuple[list[Signal], list[Choice]]]:
    """Return person id -> his signals and decisions, of everybody about whom a decision is recorded."""
    decisions = _decisions(session, municipality)
    signals = _signals(session, municipality, SignalRow.person_id.in_(select(Decision.person_id)))
    return {person: (signals.get(person, []), made) for person, made in decisions.items()}


def _signals(session: Session, municipality: str, *where: ColumnElement[bool]) -> dict[int, list[Signal]]:
    rows = session.execute(
        select(
            SignalRow.person_id, SignalRow.code, SignalRow.date, SignalRow.wet, SignalRow.doelgroep, SignalRow.last_seen
        )
        .join(Person, Person.id == SignalRow.person_id)
        .where(Person.municipality == municipality, *where)
    )
    found: defaultdict[int, list[Signal]] = defaultdict(list)
    for person, code, day, wet, group, last_seen in rows:
        found[person].append(Signal(code, day, wet, group, last_seen))
    return found


def _decisions(session: Session, municipality: str) -> dict[int, list[Choice]]:
    rows = session.execute(
        select(Decision.person_id, Decision.law, Decision.date, Decision.id).where(
            Decision.municipality == municipality
        )
    )
    found: defaultdict[int, list[Choice]] = defaultdict(list)
    for person, law, day, number in rows:
        found[person].append(Choice("Wi2021" if law == "Wi2021" else "Wi2013", day, number))
    return found


def _owners(session: Session, municipality: str) -> tuple[dict[str, int], dict[int, list[str]]]:
    rows = session.execute(
        select(Identifier.pseudonym, Identifier.person_id)
        .where(Identifier.municipality == municipality, Identifier.kind == "bsn")
        .order_by(Identifier.pseudonym)
    )
    owner: dict[str, int] = {}
    keys: defaultdict[int, list[str]] = defaultdict(list)
    for pseudonym, person in rows:
        owner[pseudonym] = person
        keys[person].append(pseudonym)
    return owner, keys
