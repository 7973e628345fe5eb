"""What the gate looks at, as values: persons of the register, and where they stand at this moment. No reading here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hervat.bsn import Bsn
from hervat.cleaning.picture import Picture
from hervat.register.people import People
from hervat.settling import Settler

Keys = frozenset[str]


class RootLike(Protocol):
    """What is needed of a root: `hervat.cleaning.Root`."""

    @property
    def bsn(self) -> str | None:
        """Nine digits, None where no BSN can be read."""

    @property
    def verdict(self) -> bool | None:
        """Whether it stands under the Wi2021; None: unknown."""

    @property
    def marked(self) -> bool:
        """Whether it is restricted already."""


@dataclass(frozen=True)
class SystemFacts:
    """The roots of one database system; a BSN is met as its pseudonym.

    feeds: the records of CBS come from it. standing: BSNs with a root that the policy does not allow for a corrected
    person. wi2021: BSNs with a root under the Wi2021. nameless: such roots of which no BSN can be read.
    picture: its footprint, for the report.
    """

    name: str
    feeds: bool
    standing: Keys = frozenset()
    wi2021: Mapping[str, Bsn] = field(default_factory=dict)
    nameless: int = 0
    picture: Picture | None = None


@dataclass(frozen=True)
class Hit:
    """A corrected person in a list: the place, and the person's key."""

    system: str
    file: str
    sheet: str
    row: int
    key: str = field(repr=False)


@dataclass(frozen=True)
class GateFacts:
    """Everything that the gate judges, read at one moment.

    records: the BSN pseudonyms in the quarter's records. quarantined, unloaded: rows and files that wait.
    plans, suppliers: system -> keys of persons. hits: where the lists name corrected persons.
    errors: what could not be read (safe to print); with one of them the gate is not open.
    """

    people: People = field(repr=False)
    settler: Settler = field(repr=False)
    systems: tuple[SystemFacts, ...] = ()
    hits: tuple[Hit, ...] = ()
    records: Keys = field(default=frozenset(), repr=False)
    quarantined: Keys = frozenset()
    unloaded: Keys = frozenset()
    plans: Mapping[str, Keys] = field(default_factory=dict)
    suppliers: Mapping[str, Keys] = field(default_factory=dict)
    errors: tuple[str, ...] = ()


def allowed(policy: str, root: RootLike) -> bool:
    """Say whether a policy allows that a corrected person has this root: a restricted one, or any under retain."""
    return policy == "retain" or root.verdict is False or (policy == "restrict" and root.marked)


def summed(
    name: str, feeds: bool, policy: str, roots: Iterable[RootLike], pseudonym: Callable[[str], str]
) -> SystemFacts:
    """Return a system's roots as the gate needs them; `pseudonym` turns nine digits into the keyed pseudonym."""
    standing: set[str] = set()
    wi2021: dict[str, Bsn] = {}
    nameless = 0
    for root in roots:
        if root.bsn is None:
            nameless += root.verdict is True
            continue
        met = pseudonym(root.bsn)
        if root.verdict is True:
            wi2021[met] = Bsn(root.bsn)
        if not allowed(policy, root):
            standing.add(met)
    return SystemFacts(name, feeds, frozenset(standing), wi2021, nameless)
