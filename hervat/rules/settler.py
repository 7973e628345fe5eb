"""Settling: from a person's signals and decisions to their state on a day. A pure function over the design's tables."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from hervat.rules.rounds import Rounds
from hervat.rules.signals import SignalCatalogue

State = Literal["disputed", "corrected", "ended", "released", "parked", "noted"]
Law = Literal["Wi2021", "Wi2013", "Wi2007"]
Day = date
STATES: tuple[State, ...] = ("disputed", "corrected", "ended", "released", "parked", "noted")
CONTRADICTIONS = ("same_day", "decision_overtaken", "seen_after_correction", "two_laws")
"""Reasons for a dispute: facts contradict each other, and no later decision settles it."""
_ENDING = frozenset({"SS106", "SS107", "SS108", "SS110", "SS111", "SS122", "SS123"})
_KEPT = 10_000  # persons
_OPENING = frozenset({"SS120", "SS121", "SS129", "SS130"})


class Signal(NamedTuple):
    """A signal, with the days on which the first and the latest download with it were made."""

    code: str
    date: Day
    wet: str
    group: str | None
    last_seen: Day
    first_seen: Day | None = None

    @property
    def since(self) -> Day:
        """The day on which the first download with it was made."""
        return self.first_seen or self.last_seen


@dataclass(frozen=True, slots=True)
class DatedDecision:
    """A recorded decision of a person about the law; of two on one day the higher number is the later one."""

    law: Literal["Wi2013", "Wi2021"]
    date: Day
    number: int = 0


@dataclass(frozen=True, slots=True)
class DatedOwnership:
    """The decision of two persons about somebody in a system without a valid signal: ours, or not."""

    ours: bool
    date: Day


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's state on a day, the reason, and the law that applies to them (None: none, or unknown).

    held: parked under the Wi2021 (third parties must stop). resumed: a Wi2013 new obligation counts.
    unknown_group: no doelgroep of the round is known, so the last restart date applies.
    """

    state: State
    reason: str
    group: str | None
    law: Law | None = None
    reinstated: bool = False
    held: bool = False
    resumed: bool = False
    unknown_group: bool = False
    seen_since_restart: bool = False


Facts = tuple[tuple[Signal, ...], tuple[DatedDecision, ...], Day, DatedOwnership | None]


@dataclass(frozen=True, slots=True)
class _Free:
    """A person without an SS190 that counts. known: signals in time; resumed: days of Wi2013 obligations that count.

    back: reinstated after an SS190.
    """

    known: list[Signal]
    group: str | None
    latest: DatedDecision | None
    day: Day
    resumed: list[Day]
    back: bool


class Settler:
    """The rules of the rounds and the catalogue, applied to one person at a time. Pure: no clock, no storage."""

    def __init__(self, rounds: Rounds, catalogue: SignalCatalogue) -> None:
        self._rounds = rounds
        self._kinds = {code: signal.kind for code, signal in catalogue.signals.items()}
        self._settled: dict[Facts, Verdict] = {}

    def settle(
        self,
        signals: Iterable[Signal],
        decisions: Iterable[DatedDecision],
        day: date,
        owned: DatedOwnership | None = None,
    ) -> Verdict:
        """Return a person's state on `day` by all these facts (design: What a person is).

        A night may ask several times: of the first persons the verdict is kept by all their facts.
        """
        facts = (tuple(signals), tuple(decisions), day, owned)
        verdict = self._settled.get(facts)
        if verdict is None:
            verdict = self._settle(*facts)
            if len(self._settled) < _KEPT:
                self._settled[facts] = verdict
        return verdict

    def _settle(
        self,
        signals: tuple[Signal, ...],
        decisions: tuple[DatedDecision, ...],
        day: date,
        owned: DatedOwnership | None,
    ) -> Verdict:
        known = sorted(signals, key=self._in_time)
        made = [decision for decision in decisions if decision.date <= day]  # a later one is not known yet
        latest = max(made, key=lambda decision: (decision.date, decision.number), default=None)
        verdict = self._by_signals(known, latest, day)
        return self._by_owner(verdict, known, latest, owned) if owned and owned.date <= day else verdict

    def _by_signals(self, known: list[Signal], latest: DatedDecision | None, day: date) -> Verdict:
        group = self._group(known)
        resumed = self._counting_wi2013(known, latest, day)
        standing = self._standing(known, group, latest, day)
        if standing in CONTRADICTIONS:
            return Verdict("disputed", standing, group, resumed=bool(resumed))
        if standing == "corrected":
            return Verdict("corrected", "ss190", group, "Wi2013" if resumed else None, resumed=bool(resumed))
        return self._free(_Free(known, group, latest, day, resumed, standing == "reinstated"))

    def _by_owner(
        self, verdict: Verdict, known: list[Signal], latest: DatedDecision | None, owned: DatedOwnership
    ) -> Verdict:
        """Apply the decision about a stranger: ours counts as seen, not ours as corrected, until DUO says more.

        At the decision the person was not seen since their restart, so what is seen since came later.
        """
        if verdict.state in ("corrected", "disputed"):
            return verdict
        others = [s for s in known if s.wet == "Wi2021" and self._kind(s) not in (None, "correction")]
        since = max((s.last_seen for s in others), default=date.min)
        if owned.ours:
            goes_on = replace(verdict, state="released", reason="ours", law="Wi2021", held=False)
            ended = self._ended(_under("Wi2013", known)) if verdict.reason == "wi2013_ended" else None
            waits = verdict.held or (verdict.state == "noted" and (ended is None or ended <= owned.date))
            return replace(goes_on if waits else verdict, seen_since_restart=True)
        more = since > owned.date or verdict.seen_since_restart
        if not more or (latest and latest.law == "Wi2013" and latest.date >= since):
            law: Law | None = "Wi2013" if verdict.resumed else None
            return Verdict("corrected", "not_ours", verdict.group, law, resumed=verdict.resumed)
        if latest and latest.date >= since:
            return verdict
        return replace(verdict, state="disputed", reason="decision_overtaken", law=None, held=False)

    def _standing(self, known: list[Signal], group: str | None, latest: DatedDecision | None, day: date) -> str:
        """Return the outcome of SS190s and what reinstates: a contradiction, corrected, reinstated or free."""
        corrections = [s for s in known if self._kind(s) == "correction" and self._counts_from(s) <= day]
        if not corrections:
            return "free"
        days = [s.date for s in corrections]
        reinstating = [s.date for s in known if self._reinstates(s, group)]
        if any(moment in days and (latest is None or moment > latest.date) for moment in reinstating):
            return "same_day"
        if latest:
            against = days if latest.law == "Wi2021" else reinstating
            if any(moment > latest.date for moment in against):
                return "decision_overtaken"
            if latest.law == "Wi2021":
                return "reinstated"
        elif max(reinstating, default=date.min) > max(days):
            return "reinstated"
        return "seen_after_correction" if self._seen_after(corrections[-1], known, latest) else "corrected"

    def _seen_after(self, correction: Signal, known: list[Signal], latest: DatedDecision | None) -> bool:
        """True if something else under the Wi2021 is in a download made after the one that brought the SS190.

        PIB holds nothing else about a corrected person (handreiking 2.2). A signal before a decision does not count.
        """
        others = [s for s in known if s.wet == "Wi2021" and self._kind(s) not in (None, "correction")]
        return any(s.last_seen > correction.since and not _outranked(s, latest) for s in others)

    def _free(self, free: "_Free") -> Verdict:
        """Settle a person without an SS190 that counts: disputed by two laws, ended, released, parked or noted."""
        wi2021 = [s for s in free.known if s.wet == "Wi2021" and self._kind(s) and not _under_wi2013(s, free.latest)]
        seen = [s for s in wi2021 if self._seen_again(s, free.group, free.day)]
        verdict = Verdict(
            "noted", "no_restart", free.group, _law_to_read(free.known),
            reinstated=free.back, resumed=bool(free.resumed), seen_since_restart=bool(seen),
            unknown_group=bool(wi2021) and self._unknown(free.known, free.group),
        )  # fmt: skip
        if self._overtaken(free):
            return replace(verdict, state="disputed", reason="decision_overtaken", law=None)
        if ended := self._ended(wi2021):
            after = any(moment > ended for moment in free.resumed)
            return replace(verdict, state="ended", reason="ended", law="Wi2013" if after else None, resumed=after)
        if free.resumed and any(self._kind(s) == "new_obligation" for s in seen):
            return replace(verdict, state="disputed", reason="two_laws", law=None)
        return self._going(free, wi2021, verdict)

    def _going(self, free: "_Free", wi2021: list[Signal], verdict: Verdict) -> Verdict:
        """Settle a person whose obligation goes on or waits, or who is only noted."""
        if verdict.seen_since_restart:
            return replace(verdict, state="released", reason="seen_again", law="Wi2021")
        if any(self._kind(s) == "new_obligation" and not self._rounds.at(s.date) for s in wi2021):
            return replace(verdict, state="released", reason="outside_round", law="Wi2021")
        if free.resumed:
            return replace(verdict, state="released", reason="wi2013_resumed", law="Wi2013")
        if any(self._rounds.at(s.date) for s in wi2021) or (wi2021 and free.back):
            why = self._why_parked(wi2021, free.group, free.day)
            return replace(verdict, state="parked", reason=why, law="Wi2021", held=True)
        return self._under_wi2013_alone(free, verdict)

    def _under_wi2013_alone(self, free: "_Free", verdict: Verdict) -> Verdict:
        """Settle a person without signals that count: the Wi2013 obligation waits, has ended, or never was."""
        if not any(self._obliged_wi2013(s) for s in free.known):
            return verdict
        if self._ended(_under("Wi2013", free.known)):
            return replace(verdict, reason="wi2013_ended", law=None)
        return replace(verdict, state="parked", reason="wi2013_stopped", law="Wi2013")

    def _overtaken(self, free: "_Free") -> bool:
        """True if a new obligation under the other law is dated after the latest decision."""
        if free.latest is None:
            return False
        obliged = [s.date for s in _under("Wi2021", free.known) if self._kind(s) == "new_obligation"]
        later = free.resumed if free.latest.law == "Wi2021" else obliged
        return any(moment > free.latest.date for moment in later)

    def _counting_wi2013(self, known: list[Signal], latest: DatedDecision | None, day: date) -> list[date]:
        """Return the days of the Wi2013 new obligations that count: resumed, not ended since, not outranked."""
        if self._ended(_under("Wi2013", known)):
            return []
        signals = [s for s in known if self._resumes(s, day)]
        outranked = latest.date if latest and latest.law == "Wi2021" else date.min
        return [s.date for s in signals if s.date > outranked]

    def _ended(self, signals: list[Signal]) -> date | None:
        """Return the day of the latest fact if it ends the obligation; else None."""
        ending = max((s.date for s in signals if s.code in _ENDING), default=None)
        opening = max((s.date for s in signals if self._opens(s)), default=date.min)
        return ending if ending is not None and ending >= opening else None

    def _opens(self, signal: Signal) -> bool:
        return signal.code in _OPENING or self._kind(signal) == "new_obligation"

    def restart(self, group: str | None, day: date) -> date:
        """Return the latest day on which a doelgroep restarted, up to `day`, else the first to come (for orphans).

        A later round that has not restarted yet hides nobody who had to be seen since an earlier one.
        """
        days = sorted(round.restart(group) for round in self._rounds.rounds)
        return next((restart for restart in reversed(days) if restart <= day), days[0])

    def holds_unseen(self, day: date) -> bool:
        """True if parties of unseen persons must hold on a day: a restart is still to come."""
        first = self._rounds.rounds[0]
        return first.unseen == "hold" and day < first.restart(None)

    def is_overdue(self, verdict: Verdict, day: date) -> bool:
        """True if DUO must be asked about a parked person: not seen again for longer than the round's days."""
        if verdict.reason != "not_seen_again":
            return False
        restarted = [round for round in self._rounds.rounds if round.restart(verdict.group) <= day]
        return any(day - round.restart(verdict.group) > timedelta(days=round.ask_duo_after_days) for round in restarted)

    def _in_time(self, signal: Signal) -> tuple[date, bool, date, str, date, str]:
        """Sort key: signals in time; of two alike the doelgroep that restarts later comes last, so it applies."""
        waits = self._rounds.ruling(signal.date).restart(signal.group)
        change = self._kind(signal) == "group_change"
        return (signal.date, change, signal.last_seen, signal.code, waits, signal.group or "")

    def _kind(self, signal: Signal) -> str | None:
        return self._kinds.get(signal.code)

    def _counts_from(self, signal: Signal) -> date:
        ruling = self._rounds.at(signal.date)
        return max(signal.date, ruling.starts) if ruling else signal.date

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
        if not self._obliged_wi2013(signal):
            return False
        ruling = self._rounds.at(signal.date)
        return ruling is None or ruling.wi2013 <= day

    def _why_parked(self, wi2021: list[Signal], group: str | None, day: date) -> str:
        come = all(self._rounds.ruling(s.date).restart(group) <= day for s in wi2021)
        return "not_seen_again" if come else "restart_to_come"

    def _unknown(self, known: list[Signal], group: str | None) -> bool:
        return group not in self._rounds.ruling(known[-1].date).wi2021

    def _group(self, known: list[Signal]) -> str | None:
        """Return the doelgroep of the latest signal with one; SS124 and SS125 have the one they change to."""
        for signal in reversed(known):
            change = self._rounds.ruling(signal.date).group_changes.get(signal.code)
            if change or signal.group:
                return _within(change, signal.group) if change else signal.group
        return None


def _within(change: str, group: str | None) -> str:
    """Return the row's own doelgroep if it is a more precise name for what the signal changes to."""
    asylum = {"Asielstatushouder"}
    precise = group is not None and (group in asylum) == (change in asylum)
    return group if precise and group else change


def _under(law: str, known: list[Signal]) -> list[Signal]:
    return [signal for signal in known if signal.wet == law]


def _outranked(signal: Signal, latest: DatedDecision | None) -> bool:
    """True if a later decision outranks the signal."""
    return latest is not None and signal.date <= latest.date


def _under_wi2013(signal: Signal, latest: DatedDecision | None) -> bool:
    """True if a decision for the Wi2013 outranks the signal."""
    return latest is not None and latest.law == "Wi2013" and _outranked(signal, latest)


def _law_to_read(known: list[Signal]) -> Law | None:
    """Return the law of the latest signal that is only noted."""
    laws: dict[str, Law] = {"Wi2013": "Wi2013", "Wi2007": "Wi2007"}
    return next((laws[signal.wet] for signal in reversed(known) if signal.wet in laws), None)
