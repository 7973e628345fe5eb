"""The facts that the gate judges, as values: persons in the register and where they are at this moment."""

from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hervat.bsn import Bsn
from hervat.erasure import History, RootGroup, Shape
from hervat.rules import Settler
from hervat.settling import People


class Masked(Mapping[str, Bsn]):
    """Read-only mapping pseudonym -> BSN; its repr shows only how many there are."""

    def __init__(self, digits: dict[str, str]) -> None:
        """`digits`: pseudonym -> nine digits."""
        self._digits = digits

    def __getitem__(self, pseudonym: str) -> Bsn:
        return Bsn(self._digits[pseudonym])

    def __iter__(self) -> Iterator[str]:
        return iter(self._digits)

    def __len__(self) -> int:
        return len(self._digits)

    def __contains__(self, pseudonym: object) -> bool:
        return pseudonym in self._digits

    def keys(self) -> KeysView[str]:
        """Return the pseudonyms, as a set."""
        return self._digits.keys()

    def __repr__(self) -> str:
        return f"Masked({len(self)} BSNs)"


Keys = frozenset[str]


@dataclass(frozen=True)
class SystemFacts:
    """The roots of one database system; a BSN is met as its pseudonym.

    feeds: the records of CBS come from it. standing: BSNs with a root that the policy does not allow for a corrected
    person. wi2021: BSNs with a root under the Wi2021. nameless: such roots of which no BSN can be read.
    unclear: BSNs with a root of which the law is not known.
    looked_at: when. shape: its footprint as read on its schema, with the tables that it keeps out. history: erased rows
    that a history keeps.
    """

    name: str
    feeds: bool
    standing: Keys = frozenset()
    wi2021: Mapping[str, Bsn] = field(default_factory=dict)
    nameless: int = 0
    unclear: Keys = frozenset()
    looked_at: datetime | None = None
    shape: Shape | None = field(default=None, repr=False)
    kept_out: tuple[str, ...] = ()
    history: tuple[History, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A corrected person in a list: the place, and the person's key."""

    system: str
    file: str
    sheet: str
    row: int
    key: str = field(repr=False)


@dataclass(frozen=True)
class AtCbs:
    """What CBS has of a quarter: the last delivery with a receipt, by its SHA-256.

    corrected: keys of the persons in it who are corrected now. waits: a later delivery without them was written and has
    no receipt yet. remembers: whether its persons are known; if not, they can't be counted, which is not zero.
    """

    quarter: str
    digest: str
    remembers: bool = True
    corrected: Keys = field(default=frozenset(), repr=False)
    waits: bool = False


@dataclass(frozen=True)
class GateFacts:
    """Everything that the gate judges, read at one moment.

    records: BSN pseudonyms in the quarter's records of persons who may not be there (`watched`: their BSNs, nine
    digits). quarantined, unloaded: rows and files that wait. plans, suppliers: system -> keys of persons. hits:
    corrected persons in lists. at_cbs: earlier deliveries, by quarter. looked_at: when reading began. errors: what
    could not be read (safe to print); any of them shuts the gate.
    """

    people: People = field(repr=False)
    settler: Settler = field(repr=False)
    systems: tuple[SystemFacts, ...] = ()
    hits: tuple[Hit, ...] = ()
    records: Keys = field(default=frozenset(), repr=False)
    watched: Keys = field(default=frozenset(), repr=False)
    quarantined: Keys = frozenset()
    unloaded: Keys = frozenset()
    plans: Mapping[str, Keys] = field(default_factory=dict)
    suppliers: Mapping[str, Keys] = field(default_factory=dict)
    at_cbs: tuple[AtCbs, ...] = ()
    looked_at: datetime | None = None
    errors: tuple[str, ...] = ()


def allowed(policy: str, verdict: int | None, marked: bool) -> bool:
    """True if a policy allows a corrected person to have this root: a restricted one, or any under retain."""
    return policy == "retain" or verdict == 0 or (policy == "restrict" and marked)


def summed(
    name: str, feeds: bool, policy: str, roots: Iterable[RootGroup], pseudonym: Callable[[str], str]
) -> SystemFacts:
    """Return a system's roots as the gate needs them; `pseudonym` turns nine digits into the keyed pseudonym.

    The pseudonyms cost more than the rest together. A person occurs twice only if their roots differ.
    """
    there = [(root, dict(zip(map(pseudonym, root.bsns), root.bsns, strict=True))) for root in roots]
    under = [(root, bsns) for root, bsns in there if root.verdict == 1]
    wi2021: dict[str, str] = {}
    for _, bsns in under:
        wi2021 = wi2021 | bsns if wi2021 else bsns
    return SystemFacts(
        name,
        feeds,
        standing=_joined(bsns for root, bsns in there if not allowed(policy, root.verdict, root.marked)),
        wi2021=Masked(wi2021),
        nameless=sum(root.nameless for root, _ in under),
        unclear=_joined(bsns for root, bsns in there if root.verdict is None),
    )


def _joined(parts: Iterable[Iterable[str]]) -> Keys:
    return frozenset().union(*parts)
