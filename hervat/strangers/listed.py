"""The strangers as they stand at this moment: in which systems, since when, and what was decided by one person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.delivery import GateFacts, orphans, unseen
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Identifier, Notice, Ownership, Told
from hervat.strangers.enlisted import since_when

Kind = Literal["unseen", "orphan", "left"]


@dataclass(frozen=True)
class ListedStranger:
    """One of them, by his number. kind left: he left the systems by hand and his parties still wait.

    person is None before a night has given him a number. decided: what one person said of him ("ours", "not ours").
    """

    person: int | None
    kind: Kind
    systems: tuple[str, ...] = ()
    since: date | None = None
    decided: str | None = None
    by: str | None = None


def strangers(session: Session, night: Night, facts: GateFacts) -> list[ListedStranger]:
    """Return the orphans, those who left, and the unseen, each by number."""
    since, decided = since_when(session, night.code), _half_decided(session, night.code)
    bsns_of: dict[Kind, dict[str, set[str]]] = {
        "orphan": _by_person(orphans(facts)),
        "left": {key: set() for key in left_behind(session, night, facts)},
        "unseen": _by_person(unseen(facts)),
    }
    numbers = _numbers(session, night.code, {key for keys in bsns_of.values() for key in keys})
    listed = []
    for kind, keys in bsns_of.items():
        for key, systems in keys.items():
            person = numbers.get(key)
            said, by = decided.get(person or 0, (None, None))
            listed.append(ListedStranger(person, kind, tuple(sorted(systems)), since.get(person or 0), said, by))
    return sorted(listed, key=lambda one: (tuple(bsns_of).index(one.kind), one.person or 0))


def left_behind(session: Session, night: Night, facts: GateFacts) -> set[str]:
    """Return the pseudonyms of those whose parties were told to hold, and who have left the systems since by hand.

    Nothing else is known of them, so no signal will tell their parties more: a person decides. Nobody is taken for gone
    while a system can't be read.
    """
    if facts.errors:
        return set()
    query = (
        select(Told.key, Told.told)
        .join(Notice, Notice.id == Told.notice_id)
        .where(scope(Notice, night.code), Notice.audience == "party")
        .order_by(Notice.id)
    )
    last = dict(session.execute(query).tuples().all())
    there = set().union(*(system.wi2021.keys() for system in facts.systems))
    silent = facts.people.silent(key for key, told in last.items() if told == "hold")
    return silent - there


def _by_person(found: dict[str, frozenset[str]]) -> dict[str, set[str]]:
    met: defaultdict[str, set[str]] = defaultdict(set)
    for system, keys in found.items():
        for key in keys:
            met[key].add(system)
    return met


def _numbers(session: Session, code: str, keys: set[str]) -> dict[str, int]:
    query = select(Identifier.pseudonym, Identifier.person_id).where(scope(Identifier, code), Identifier.kind == "bsn")
    return {key: person for key, person in session.execute(query) if key in keys}


def _half_decided(session: Session, code: str) -> dict[int, tuple[str, str]]:
    query = select(Ownership.person_id, Ownership.ours, Ownership.by).where(
        scope(Ownership, code), Ownership.waits.is_(True)
    )
    return {person: ("ours" if ours else "not ours", by) for person, ours, by in session.execute(query)}


def waiting_decisions(session: Session, code: str) -> int:
    """Return how many decisions about strangers wait for a second person."""
    query = select(func.count()).where(scope(Ownership, code), Ownership.waits.is_(True))
    return session.scalar(query) or 0
