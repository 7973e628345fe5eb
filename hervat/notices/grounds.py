"""The ground of a notice about a person: DUO's signals, the person's own choice, or a finding of the gemeente.

A state that rests on a recorded decision is never told as if DUO had said it. Nothing here decides what is due.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sqlalchemy.orm import Session

from hervat.notices.obligations import Obligation, ToldBefore
from hervat.rules import DatedDecision, Settler, Signal
from hervat.settling import People, decided

Ground = Literal["duo", "choice", "finding", "not_ours"]
"""duo: signals say it. choice: of a law, by the person. finding: by the gemeente. not_ours: of another gemeente."""
_ORDER = get_args(Ground)

_OWNED: dict[str, Ground] = {"ours": "finding", "not_ours": "not_ours"}
"""The ground of a decision by two persons about a stranger."""

_SAID_OTHERWISE = ("resume", "resume13", "withdrawal_may", "ended", "ended13")
"""What a `resume` replaces: by the rules of obligations.py it tells another law, or of an obligation again."""


@dataclass(frozen=True, slots=True)
class Group:
    """The persons of a notice about whom it says the same.

    law: under which service may go on, else None. replaces: what the party was told before of service or law is void.
    """

    ground: Ground
    law: str | None
    replaces: bool
    persons: int


def ground_of(settler: Settler, signals: Iterable[Signal], decisions: Iterable[DatedDecision], day: date) -> Ground:
    """Return the ground of a person's state on `day`. A decision counts if the state would be another without it.

    Pure. A decision in a dispute is the gemeente's finding; every other is the person's own choice, for only a dispute
    may be decided without one.
    """
    known = list(signals)
    made = sorted((d for d in decisions if d.date <= day), key=lambda decision: (decision.date, decision.number))
    now = settler.settle(known, made, day)
    if settler.settle(known, (), day) == now:
        return "duo"
    before = (settler.settle(known, made[:number], day) for number in reversed(range(len(made))))
    return "finding" if next(verdict for verdict in before if verdict != now).state == "disputed" else "choice"


def grounds_of(session: Session, municipality: str, settler: Settler, people: People) -> dict[str, Ground]:
    """Return BSN pseudonym -> ground, for all persons with a recorded decision; for all others it is DUO's."""
    grounds: dict[int, Ground] = {
        person: ground_of(settler, signals, decisions, people.day)
        for person, (signals, decisions) in decided(session, municipality).items()
    }
    grounds |= {person: _OWNED[v.reason] for person, v in people.verdicts.items() if v.reason in _OWNED}
    return {key: ground for person, ground in grounds.items() for key in people.keys.get(person, ())}


def groups_of(
    items: Mapping[str, Obligation], people: People, grounds: Mapping[str, Ground], last: Mapping[str, ToldBefore]
) -> tuple[Group, ...]:
    """Return the groups of a notice of one kind, always in the same order; each person is in one of them."""
    said: dict[object, tuple[int, str, bool]] = {}
    for key, item in sorted(items.items()):
        place, replaces = _ORDER.index(grounds.get(key, "duo")), _replaces(item, last.get(key))
        said.setdefault(people.owner.get(key, key), (place, item.law or "", replaces))
    return tuple(
        Group(_ORDER[place], law or None, replaces, count)
        for (place, law, replaces), count in sorted(Counter(said.values()).items())
    )


def _replaces(item: Obligation, last: ToldBefore | None) -> bool:
    again = last is not None and last.told == item.told == "resume13"  # the party received the person's data again
    return item.kind == "resume" and last is not None and last.told in _SAID_OTHERWISE and not again


def by_law(groups: Sequence[Group]) -> list[tuple[str | None, int]]:
    """Return (law, number of persons that may go on under it), the newest first; last, as None, those that may not."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.law or ""] += group.persons
    return [(law or None, counts[law]) for law in sorted(counts, reverse=True)]


def by_ground(groups: Sequence[Group], otherwise: str) -> list[tuple[Ground, str, int]]:
    """Return (ground, law, number of persons); the law is `otherwise` if a group has none."""
    counts: Counter[tuple[int, str]] = Counter()
    for group in groups:
        counts[_ORDER.index(group.ground), group.law or otherwise] += group.persons
    return [(_ORDER[place], law, count) for (place, law), count in sorted(counts.items())]
