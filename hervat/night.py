"""The night: one municipality on one day, as every step gets it. Ids and counts come out of a step, never persons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from hervat import journal
from hervat.acting import Account, Acting
from hervat.attribution import Signed
from hervat.downloads import RowCache
from hervat.keyring import Keyring
from hervat.register import Register, keep_signature
from hervat.rules import Rounds, Settler
from hervat.settings import Municipality, Quality, Settings

if TYPE_CHECKING:
    from hervat.erasure import LocalSystem

Counts = dict[str, Any]
_NOBODY = Account("hervat")


def _silent(_text: str) -> None:
    return None


@dataclass
class Handover:
    """The results that a step leaves for a later one. Each has one writer, and a reader that can do without it.

    rows: judged rows, from validate to load; what does not fit in memory is read from the vault again.
    uncaptured: systems whose disclosures could not be read, from capture to clean: nothing is erased there.
    unseen: pseudonyms of persons in a system before their restart, from capture (hervat.strangers) to notify.
    systems: local systems as clean opened them, for the look of report within a minute.
    people: the persons as they were read last and what shows that nothing changed since (hervat.settling.people_now).
    view: the last look over everything (a hervat.status.View), from report to the account of the run.
    """

    rows: RowCache = field(default_factory=RowCache, repr=False)
    uncaptured: set[str] = field(default_factory=set)
    unseen: frozenset[str] = field(default=frozenset(), repr=False)
    systems: "dict[str, LocalSystem]" = field(default_factory=dict, repr=False)
    people: object = field(default=None, repr=False)
    view: object = field(default=None, repr=False)


@dataclass(frozen=True)
class StepRun:
    """A step that was run: when (UTC), whether it or a part of it failed, and how many persons it counted."""

    name: str
    begun: datetime
    ended: datetime
    failed: bool
    persons: int | None

    def __str__(self) -> str:
        how = "failed" if self.failed else "ok"
        count = "" if self.persons is None else f", {self.persons} person(s)"
        return f"{how}, {_to_the_ms(self.begun)} to {_to_the_ms(self.ended)}{count}"


def _to_the_ms(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


@dataclass
class Night:
    """One municipality, one day. counts: what the steps did. errors: what failed (safe to print).

    attention: what waits for a person; the run then ends with exit status 1. log: prints a line of progress. patience:
    seconds that a decision waits for another run. acting: account, host, command, run and step, for the journal.
    step_runs: the steps so far. handover: what the steps pass on to each other.
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
    log: Callable[[str], None] = _silent
    counts: Counts = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    patience: float = 0
    acting: Acting = field(default_factory=Acting)
    step_runs: list[StepRun] = field(default_factory=list)
    handover: Handover = field(default_factory=Handover)

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.municipality.code

    @property
    def quality(self) -> Quality:
        """The thresholds of the checks on files, for this municipality."""
        return self.municipality.quality or self.settings.quality

    def error(self, text: str) -> None:
        """Add an error; the rest goes on, and the run ends with exit status 3."""
        self.errors.append(text)
        self.log(f"error: {text}")

    def record(self, session: Session, action: str, thing: str, result: str, by: Signed | None = None) -> None:
        """Append a line to the journal, by a person (`by`), else by the account of this process.

        A signature is kept with it. Raises UsageError if its key signed the same under another name.
        """
        if by and by.proof:
            keep_signature(session, self.code, by, by.proof)
            result = f"{result}, signed with {by.proof.fingerprint}"
        journal.record(session, self.code, by or self.actor, action, thing, result, self.origin, self.acting)

    def record_end(self, session: Session, thing: str, result: str) -> None:
        """Append to the journal that each step ended, and then the run."""
        steps = [
            (replace(self.acting, step=step.name), "step ended", f"step {step.name}", str(step))
            for step in self.step_runs
        ]
        lines = [*steps, (replace(self.acting, step=""), "run ended", thing, result)]
        journal.record_all(session, self.code, self.actor, self.origin, lines)

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
