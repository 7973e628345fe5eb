"""What a night's steps work with: one municipality on one day. Ids and counts come out of a step, never persons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hervat import journal
from hervat.account import Account
from hervat.attribution import Signed
from hervat.downloads import AtHand
from hervat.keyring import Keyring
from hervat.register import Register
from hervat.rules import Rounds, Settler
from hervat.settings import Municipality, Quality, Settings

Counts = dict[str, Any]
_NOBODY = Account("hervat")


def _silent(_text: str) -> None:
    return None


@dataclass
class Night:
    """One municipality, one day. `counts` gathers what the steps did, `errors` what failed (safe to print).

    attention: something waits for a person, so the run ends with exit status 1. uncaptured: systems whose
    disclosures could not be read, so that nothing is erased there. unseen: pseudonyms of
    those who stand in a system before their restart (hervat.strangers). view: the last look over all (hervat.status).
    at_hand: rows that were judged and wait to be loaded. patience: seconds that a decision waits for another run.
    """

    settings: Settings
    municipality: Municipality
    register: Register
    keyring: Keyring
    rounds: Rounds
    settler: Settler
    as_of: date
    shadow: bool = False
    actor: Account = _NOBODY
    origin: str = "run"
    say: Callable[[str], None] = _silent
    counts: Counts = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    uncaptured: set[str] = field(default_factory=set)
    unseen: frozenset[str] = field(default=frozenset(), repr=False)
    view: Any = None
    patience: float = 0
    at_hand: AtHand = field(default_factory=AtHand, repr=False)

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.municipality.code

    @property
    def quality(self) -> Quality:
        """The thresholds of the checks on files that hold for this municipality."""
        return self.municipality.quality or self.settings.quality

    def fail(self, error: str) -> None:
        """Note that something failed while the rest goes on; the run ends with exit status 3."""
        self.errors.append(error)
        self.say(f"error: {error}")

    def record(self, session: Session, action: str, thing: str, result: str, by: Signed | None = None) -> None:
        """Append a line to the journal: what a person did (`by`), else the account of this process."""
        journal.record(session, self.code, by or self.actor, action, thing, result, self.origin)

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add a step's counts to the night's: numbers are summed, lists appended, mappings merged."""
        _merge(self.counts, counts)


def _merge(into: Counts, more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(name, {}), value)
        elif isinstance(value, list):
            into.setdefault(name, []).extend(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            into[name] = into.get(name, 0) + value
        else:
            into[name] = value
