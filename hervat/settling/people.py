"""All persons of a municipality with their state on a day, read in a few queries, never one per person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.register import among, scope
from hervat.register.models import Decision, Identifier, Ownership, Person, SignalRow
from hervat.rules import STATES, DatedDecision, DatedOwnership, Settler, Signal, State, Verdict
from hervat.settling.holds import PersonHold, holds_on

UNSEEN = Verdict("parked", "unseen", None, "Wi2021", held=True)
"""The verdict on a person in a system of whom nothing is seen before their restart."""


@dataclass(frozen=True)
class People:
    """The persons of a municipality on a day. BSNs are only here as pseudonyms.

    verdicts: person id -> state; owner: BSN pseudonym -> person id; keys: person id -> BSN pseudonyms, sorted. The
    first of them is the person's key in plans, notices and acceptances. unsettled: persons of whom nothing is known but
    that they are in a local system. unseen: BSN pseudonyms of persons in a system before their restart, in a round that
    holds the unseen, as the night found them. on_hold: person id -> holds that count (AVG 18 and 21): nothing of them
    is erased, whatever their state.
    """

    day: date
    verdicts: dict[int, Verdict]
    owner: dict[str, int]
    keys: dict[int, list[str]] = field(default_factory=dict)
    unsettled: frozenset[int] = frozenset()
    unseen: frozenset[str] = field(default=frozenset(), repr=False)
    on_hold: Mapping[int, Sequence[PersonHold]] = field(default_factory=dict)

    def in_state(self, *states: State) -> set[int]:
        """Return the ids of the persons in one of these states."""
        return {person for person, verdict in self.verdicts.items() if verdict.state in states}

    def state_of(self, pseudonym: str) -> Verdict | None:
        """Return the state of the person with this BSN pseudonym, None if nothing is known."""
        if pseudonym in self.unseen and self.silent([pseudonym]):
            return UNSEEN
        return self.verdicts.get(self.owner.get(pseudonym, -1))

    def silent(self, pseudonyms: Iterable[str]) -> set[str]:
        """Return the pseudonyms without a fact that decides a state: unknown, or only noted."""
        states = ((pseudonym, self.verdicts.get(self.owner.get(pseudonym, -1))) for pseudonym in pseudonyms)
        return {pseudonym for pseudonym, verdict in states if verdict is None or verdict.state == "noted"}

    def strangers_among(self, pseudonyms: Set[str]) -> set[str]:
        """Return the pseudonyms of persons of whom nothing is known, or only that they are in a system."""
        few = {key for person in self.unsettled for key in self.keys.get(person, ()) if key in pseudonyms}
        return pseudonyms - self.owner.keys() | few

    def key(self, person: int) -> str | None:
        """Return the person's key, None if they are known by V-nummer only."""
        return next(iter(self.keys.get(person, [])), None)

    def keys_on_hold(self) -> set[str]:
        """Return every BSN pseudonym of the persons on hold."""
        return {key for person in self.on_hold for key in self.keys.get(person, ())}

    def unfindable(self) -> int:
        """Return the number of corrected persons without a BSN: no system can be searched for them."""
        return sum(self.key(person) is None for person in self.in_state("corrected"))

    def to_ask(self, settler: Settler) -> set[int]:
        """Return the parked persons to ask DUO about: not seen again long after their restart."""
        return {person for person, verdict in self.verdicts.items() if settler.is_overdue(verdict, self.day)}

    def key_now(self, key: str) -> str:
        """Return the present key for an earlier key: persons may have been merged since."""
        return (self.key(self.owner[key]) if key in self.owner else None) or key

    def counts(self) -> dict[str, int]:
        """Return state -> number of persons, and the number of reinstated ones."""
        states = Counter(verdict.state for verdict in self.verdicts.values())
        reinstated = sum(verdict.reinstated for verdict in self.verdicts.values())
        return {**{state: states[state] for state in STATES}, "reinstated": reinstated}


def read_people(session: Session, municipality: str, settler: Settler, day: date) -> People:
    """Return every person of a municipality, settled for `day` with all facts known now."""
    ids = set(session.scalars(select(Person.id).where(scope(Person, municipality))))
    signals, decisions = _signals(session, ids), _decisions(session, municipality)
    owned = _owned(session, municipality)
    known = sorted(ids & (signals.keys() | owned.keys()))
    verdicts = {
        person: settler.settle(signals.get(person, ()), decisions.get(person, ()), day, owned.get(person))
        for person in known
    }
    owner, keys = _owners(session, municipality)
    on_hold = holds_on(session, municipality, day)
    return People(day, verdicts, owner, keys, frozenset(ids - verdicts.keys()), on_hold=on_hold)


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
        select(Identifier.person_id, Identifier.sealed).where(scope(Identifier, municipality), Identifier.kind == kind)
    )
    bsns: defaultdict[str, set[str]] = defaultdict(set)
    for person, sealed in rows:
        key = people.key(person)
        if person in persons and key:
            bsns[key].add(keyring.open(sealed, "identifier").decode())
    return {key: frozenset(numbers) for key, numbers in bsns.items()}


def decided(session: Session, municipality: str) -> dict[int, tuple[list[Signal], list[DatedDecision]]]:
    """Return person id -> (signals, decisions), for persons with a recorded decision."""
    decisions = _decisions(session, municipality)
    signals = _signals(session, decisions)
    return {person: (signals.get(person, []), made) for person, made in decisions.items()}


def _signals(session: Session, persons: Collection[int]) -> dict[int, list[Signal]]:
    """Return the signals of each person; read without the ORM, for there are many of them.

    Asked by person: for a join PostgreSQL reads those of every gemeente while it does not know how many there are.
    """
    if not persons:
        return {}
    its = SignalRow.__table__.c
    columns = (its.code, its.date, its.wet, its.doelgroep, its.last_seen, its.first_seen)
    query = select(its.person_id, *columns).where(among(its.person_id, sorted(persons)))
    signals: defaultdict[int, list[Signal]] = defaultdict(list)
    for row in session.execute(query).all():
        signals[row[0]].append(Signal._make(row[1:]))
    return signals


def _decisions(session: Session, municipality: str) -> dict[int, list[DatedDecision]]:
    rows = session.execute(
        select(Decision.person_id, Decision.law, Decision.date, Decision.id).where(
            scope(Decision, municipality), Decision.waits.is_(False)
        )
    )
    decisions: defaultdict[int, list[DatedDecision]] = defaultdict(list)
    for person, law, day, number in rows:
        decisions[person].append(DatedDecision("Wi2021" if law == "Wi2021" else "Wi2013", day, number))
    return decisions


def _owned(session: Session, municipality: str) -> dict[int, DatedOwnership]:
    """Return person id -> the last decision of two persons about a stranger."""
    rows = session.execute(
        select(Ownership.person_id, Ownership.ours, Ownership.date)
        .where(scope(Ownership, municipality), Ownership.waits.is_(False))
        .order_by(Ownership.date, Ownership.id)
    )
    return {person: DatedOwnership(ours, day) for person, ours, day in rows}


def _owners(session: Session, municipality: str) -> tuple[dict[str, int], dict[int, list[str]]]:
    rows = session.execute(
        select(Identifier.pseudonym, Identifier.person_id)
        .where(scope(Identifier, municipality), Identifier.kind == "bsn")
        .order_by(Identifier.pseudonym)
    )
    owner: dict[str, int] = {}
    keys: defaultdict[int, list[str]] = defaultdict(list)
    for pseudonym, person in rows:
        owner[pseudonym] = person
        keys[person].append(pseudonym)
    return owner, keys
