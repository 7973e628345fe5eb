"""Settling: a person's signals and decisions -> his state on a day. One pure function over the design's tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hervat.rounds import Rounds
from hervat.signals import Catalogue

State = Literal["disputed", "corrected", "released", "parked", "noted"]
Day = date
STATES: tuple[State, ...] = ("disputed", "corrected", "released", "parked", "noted")


@dataclass(frozen=True, slots=True)
class Signal:
    """What settling needs of a signal: `last_seen` is the latest day on which a download that holds it was made."""

    code: str
    date: Day
    wet: str
    group: str | None
    last_seen: Day


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded decision of a person about the law; of two on one day the higher number is the later one."""

    law: Literal["Wi2013", "Wi2021"]
    date: Day
    number: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's state on a day, and why.

    held: parked under the Wi2021 (third parties must stop). resumed: a Wi2013 new obligation counts.
    unknown_group: no doelgroep of the round is known, so the last restart date ruled.
    """

    state: State
    reason: str
    group: str | None
    reinstated: bool = False
    held: bool = False
    resumed: bool = False
    unknown_group: bool = False
    seen_since_restart: bool = False


class Settler:
    """The rules of the rounds and the catalogue, applied to one person at a time. Pure: no clock, no storage."""

    def __init__(self, rounds: Rounds, catalogue: Catalogue) -> None:
        self._rounds, self._catalogue = rounds, catalogue

    def settle(self, signals: Iterable[Signal], decisions: Iterable[Decision], day: date) -> Verdict:
        """Return the state on `day` of a person of whom all these facts are known (design: What a person is)."""
        known = sorted(signals, key=self._in_time)
        group = self._group(known)
        corrections = [s.date for s in known if self._kind(s) == "correction" and self._counts_from(s) <= day]
        reinstating = [s.date for s in known if self._reinstates(s, group)]
        latest = max(decisions, key=lambda d: (d.date, d.number), default=None)
        standing = self._standing(corrections, reinstating, latest)
        resumed = any(self._resumes(s, day) for s in known)
        if standing in ("disputed", "corrected"):
            return Verdict(standing, "ss190", group, resumed=resumed)  # type: ignore[arg-type]
        return self._free(known, group, day, resumed, standing == "reinstated")

    def _standing(self, corrections: list[date], reinstating: list[date], latest: Decision | None) -> str:
        """Weigh the SS190s that count against what reinstates: disputed, corrected, reinstated or free."""
        if not corrections:
            return "free"
        if any(day in corrections and (latest is None or day > latest.date) for day in reinstating):
            return "disputed"
        if latest:
            against = corrections if latest.law == "Wi2021" else reinstating
            if any(day > latest.date for day in against):
                return "disputed"
            return "reinstated" if latest.law == "Wi2021" else "corrected"
        return "reinstated" if max(reinstating, default=date.min) > max(corrections) else "corrected"

    def _free(self, known: list[Signal], group: str | None, day: date, resumed: bool, reinstated: bool) -> Verdict:
        """Settle a person whom no SS190 holds back: released, parked or noted."""
        wi2021 = [s for s in known if s.wet == "Wi2021" and self._kind(s)]
        seen = any(self._seen_again(s, group, day) for s in wi2021)
        waits = any(self._rounds.at(s.date) for s in wi2021) or (bool(wi2021) and reinstated)
        outside = any(self._kind(s) == "new_obligation" and not self._rounds.at(s.date) for s in wi2021)
        unknown = bool(wi2021) and self._unknown(known, group)
        facts = {"reinstated": reinstated, "resumed": resumed, "unknown_group": unknown, "seen_since_restart": seen}
        if seen or outside or resumed:
            reason = "seen_again" if seen else "outside_round" if outside else "wi2013_resumed"
            return Verdict("released", reason, group, **facts)
        if waits:
            return Verdict("parked", self._why_parked(wi2021, group, day), group, held=True, **facts)
        if any(self._obliged_wi2013(s) for s in known):
            return Verdict("parked", "wi2013_stopped", group, **facts)
        return Verdict("noted", "no_restart", group, **facts)

    def restart(self, group: str | None, day: date) -> date:
        """Return the day on which a doelgroep restarted in the round that rules on `day` (for orphans)."""
        return self._rounds.ruling(day).restart(group)

    def _in_time(self, signal: Signal) -> tuple[date, bool, date, str, date, str]:
        """Order signals in time; of two alike the doelgroep that restarts later comes last, so it rules."""
        waits = self._rounds.ruling(signal.date).restart(signal.group)
        change = self._kind(signal) == "group_change"
        return (signal.date, change, signal.last_seen, signal.code, waits, signal.group or "")

    def _kind(self, signal: Signal) -> str | None:
        return self._catalogue.kind(signal.code)

    def _counts_from(self, signal: Signal) -> date:
        ruling = self._rounds.at(signal.date)
        return max(signal.date, ruling.corrections_from) if ruling else signal.date

    def _reinstates(self, signal: Signal, group: str | None) -> bool:
        ruling = self._rounds.ruling(signal.date)
        listed = signal.code in ruling.reinstating and signal.wet == "Wi2021"
        return listed and signal.last_seen >= ruling.restart(group)

    def _seen_again(self, signal: Signal, group: str | None, day: date) -> bool:
        if self._kind(signal) == "correction":
            return False  # an SS190 says that the Wi2021 does not hold; it releases nobody
        restart = self._rounds.ruling(signal.date).restart(group)
        return restart <= day and signal.last_seen >= restart

    def _obliged_wi2013(self, signal: Signal) -> bool:
        return signal.wet == "Wi2013" and self._kind(signal) == "new_obligation"

    def _resumes(self, signal: Signal, day: date) -> bool:
        ruling = self._rounds.at(signal.date)
        return self._obliged_wi2013(signal) and (ruling is None or ruling.wi2013 <= day)

    def _why_parked(self, wi2021: list[Signal], group: str | None, day: date) -> str:
        come = all(self._rounds.ruling(s.date).restart(group) <= day for s in wi2021)
        return "not_seen_again" if come else "restart_to_come"

    def _unknown(self, known: list[Signal], group: str | None) -> bool:
        return group not in self._rounds.ruling(known[-1].date).wi2021

    def _group(self, known: list[Signal]) -> str | None:
        """Return the doelgroep of the latest signal that carries one; SS124 and SS125 carry what they change to."""
        for signal in reversed(known):
            change = self._rounds.ruling(signal.date).group_changes.get(signal.code)
            if change or signal.group:
                return _within(change, signal.group) if change else signal.group
        return None


def _within(change: str, group: str | None) -> str:
    """Return the row's own doelgroep where it is a more precise name for what the signal changes to."""
    asylum = {"Asielstatushouder"}
    precise = group is not None and (group in asylum) == (change in asylum)
    return group if precise and group else change
