"""The list of strangers at this moment: their systems, since when, and the decision of a first person.

Unseen persons are looked for before parties are told: in a system, and without a signal since the round began.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.delivery import GateFacts, orphans, roots_now, unseen, unseen_bsns
from hervat.night import Counts, Night
from hervat.register import scope
from hervat.register.models import Identifier, Notice, Ownership, Told
from hervat.settling import people_now
from hervat.strangers.enlisted import enlist, since_when

Kind = Literal["unseen", "orphan", "left"]


@dataclass(frozen=True)
class ListedStranger:
    """A stranger, by number. kind left: erased from the systems by hand while parties still wait.

    person is None before a night has given a number. decided: by a first person ("ours", "not ours").
    """

    person: int | None
    kind: Kind
    systems: tuple[str, ...] = ()
    since: date | None = None
    decided: str | None = None
    by: str | None = None


def strangers(session: Session, night: Night, facts: GateFacts) -> list[ListedStranger]:
    """Return the orphans, those who left, and the unseen, sorted by number."""
    since, decided = since_when(session, night.code), _half_decided(session, night.code)
    bsns_of: dict[Kind, dict[str, set[str]]] = {
        "orphan": _by_person(orphans(facts)),
        "left": {key: set() for key in left_behind(session, night, facts)},
        "unseen": _by_person(unseen(facts)),
    }
    numbers = _numbers(session, night.code, {key for keys in bsns_of.values() for key in keys})
    listed: list[ListedStranger] = []
    for kind, keys in bsns_of.items():
        for key, systems in keys.items():
            person = numbers.get(key)
            decision, by = decided.get(person or 0, (None, None))
            listed.append(ListedStranger(person, kind, tuple(sorted(systems)), since.get(person or 0), decision, by))
    return sorted(listed, key=lambda stranger: (tuple(bsns_of).index(stranger.kind), stranger.person or 0))


def left_behind(session: Session, night: Night, facts: GateFacts) -> set[str]:
    """Return the pseudonyms of persons whose parties were told to hold, and who left the systems by hand since.

    Nothing else is known about them, so no signal will tell their parties more: a person decides. While a system can't
    be read nobody counts as gone.
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
    present = set().union(*(system.wi2021.keys() for system in facts.systems))
    silent = facts.people.silent(key for key, told in last.items() if told == "hold")
    return silent - present


def _by_person(keys_in: dict[str, frozenset[str]]) -> dict[str, set[str]]:
    systems: defaultdict[str, set[str]] = defaultdict(set)
    for system, keys in keys_in.items():
        for key in keys:
            systems[key].add(system)
    return systems


def _numbers(session: Session, code: str, keys: set[str]) -> dict[str, int]:
    query = select(Identifier.pseudonym, Identifier.person_id).where(scope(Identifier, code), Identifier.kind == "bsn")
    return {key: person for key, person in session.execute(query) if key in keys}


def _half_decided(session: Session, code: str) -> dict[int, tuple[str, str]]:
    query = select(Ownership.person_id, Ownership.ours, Ownership.by).where(
        scope(Ownership, code), Ownership.waits.is_(True)
    )
    return {person: ("ours" if ours else "not ours", by) for person, ours, by in session.execute(query)}


def waiting_decisions(session: Session, code: str) -> int:
    """Return the number of decisions about strangers that wait for a second person."""
    query = select(func.count()).where(scope(Ownership, code), Ownership.waits.is_(True))
    return session.scalar(query) or 0


def look_for_unseen(night: Night) -> Counts:
    """Hand over the pseudonyms of persons in the systems before their restart, to notify. Counts: unseen.

    Everybody under the Wi2021 is unproven until seen again (handreiking 2.3), also persons who were registered before
    the first download. After the last restart of the round nobody is unseen, and no system is read. A system that
    can't be read is an error of the night; the others go on.
    """
    if not night.settler.holds_unseen(night.as_of):
        return {}
    errors: list[str] = []
    systems = roots_now(night, errors)
    for error in errors:
        night.error(error)
    with night.register.session() as session:
        people = people_now(session, night)
        met = unseen_bsns(GateFacts(people, night.settler, systems=systems))
        night.handover.unseen = frozenset(enlist(session, night, chain.from_iterable(met.values()), people.owner))
    night.log(f"{len(night.handover.unseen)} persons stand in local systems and are not seen yet")
    return {"unseen": len(night.handover.unseen)}
