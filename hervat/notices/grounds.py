"""On what ground a party is told something of a person: what DUO's signals say, his own choice, or our finding.

What nobody but a recorded decision says is never told as if DUO had said it. Nothing here decides what is due.
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
"""duo: signals say it. choice: the person's own, of a law. finding: the gemeente's. not_ours: another gemeente's."""
_ORDER = get_args(Ground)

_OWNED: dict[str, Ground] = {"ours": "finding", "not_ours": "not_ours"}
"""What two persons found about a stranger."""

_SAID_OTHERWISE = ("resume", "resume13", "withdrawal_may", "ended", "ended13")
"""What a `resume` comes in the place of: by the rules of due.py it tells another law, or of an obligation again."""


@dataclass(frozen=True, slots=True)
class Group:
    """The persons of a notice of whom it says the same.

    law: under which service may go on, else None. replaces: what they were told before of service or law is void.
    """

    ground: Ground
    law: str | None
    replaces: bool
    persons: int


def ground_of(settler: Settler, signals: Iterable[Signal], decisions: Iterable[DatedDecision], day: date) -> Ground:
    """Return on what a person's state on `day` rests. A decision counts where without it the state would be another.

    Pure. One that was recorded in a dispute is the gemeente's finding; every other is the person's own choice, for only
    a dispute may be decided without one.
    """
    known = list(signals)
    made = sorted((one for one in decisions if one.date <= day), key=lambda one: (one.date, one.number))
    now = settler.settle(known, made, day)
    if settler.settle(known, (), day) == now:
        return "duo"
    before = (settler.settle(known, made[:number], day) for number in reversed(range(len(made))))
    return "finding" if next(one for one in before if one != now).state == "disputed" else "choice"


def grounds_of(session: Session, municipality: str, settler: Settler, people: People) -> dict[str, Ground]:
    """Return BSN pseudonym -> ground, of everybody about whom a decision is recorded; of all others it is DUO's."""
    found: dict[int, Ground] = {
        person: ground_of(settler, signals, decisions, people.day)
        for person, (signals, decisions) in decided(session, municipality).items()
    }
    found |= {one: _OWNED[v.reason] for one, v in people.verdicts.items() if v.reason in _OWNED}
    return {key: ground for person, ground in found.items() for key in people.keys.get(person, ())}


def groups_of(
    items: Mapping[str, Obligation], people: People, grounds: Mapping[str, Ground], last: Mapping[str, ToldBefore]
) -> tuple[Group, ...]:
    """Return the groups of a notice of one kind, always in the same order; each person stands in one of them."""
    said: dict[object, tuple[int, str, bool]] = {}
    for key, item in sorted(items.items()):
        place, replaces = _ORDER.index(grounds.get(key, "duo")), _replaces(item, last.get(key))
        said.setdefault(people.owner.get(key, key), (place, item.law or "", replaces))
    return tuple(
        Group(_ORDER[place], law or None, replaces, count)
        for (place, law, replaces), count in sorted(Counter(said.values()).items())
    )


def _replaces(item: Obligation, last: ToldBefore | None) -> bool:
    again = last is not None and last.told == item.told == "resume13"  # the party received him again
    return item.kind == "resume" and last is not None and last.told in _SAID_OTHERWISE and not again


def by_law(groups: Sequence[Group]) -> list[tuple[str | None, int]]:
    """Return how many persons may go on under each law, the newest first; last, as None, how many may not (yet)."""
    found: Counter[str] = Counter()
    for one in groups:
        found[one.law or ""] += one.persons
    return [(law or None, found[law]) for law in sorted(found, reverse=True)]


def by_ground(groups: Sequence[Group], otherwise: str) -> list[tuple[Ground, str, int]]:
    """Return how many persons each ground is for, with the law that it speaks of: `otherwise` where none is told."""
    found: Counter[tuple[int, str]] = Counter()
    for one in groups:
        found[_ORDER.index(one.ground), one.law or otherwise] += one.persons
    return [(_ORDER[place], law, count) for (place, law), count in sorted(found.items())]
