"""The design's tables written a second time, sentence by sentence and naively: what a person is, and what parties must
believe of him. For tests that compare; the rounds are those of 2022 and 2023 that ship."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hervat.rules.settler import DatedDecision, DatedOwnership, Signal
from hervat.rules.signals import catalogue

ENDING = ("SS106", "SS107", "SS108", "SS110", "SS111", "SS122", "SS123")
OPENING = ("SS101", "SS120", "SS121", "SS128", "SS129", "SS130", "SS139")
OBLIGED = {"SS101", "SS128", "SS139"}
KNOWN_CODES = set(catalogue().signals)
FAMILY, ASYLUM = "Gezinshereniger", "Asielstatushouder"
MARCH_1, MARCH_25, MAY_23 = date(2022, 3, 1), date(2022, 3, 25), date(2022, 5, 23)
SEPTEMBER_1, SEPTEMBER_20 = date(2023, 9, 1), date(2023, 9, 20)
NOBODY_KNOWS: Any = ...
"""A law that the design does not fix."""


@dataclass
class Facts:
    """What is known of one person."""

    signals: list[Signal] = field(default_factory=list)
    decisions: list[DatedDecision] = field(default_factory=list)
    owned: DatedOwnership | None = None


@dataclass(frozen=True)
class Answer:
    """What he is; why (of a dispute, an end or an ownership); under which law; whether he counts as seen."""

    state: str
    why: str | None
    law: Any
    reinstated: bool
    seen: bool
    wi2013: bool

    @property
    def held(self) -> bool:
        """Whether parties must stop."""
        return self.state == "parked" and self.law == "Wi2021"


def in_2022(day):
    return date(2022, 1, 1) <= day <= MAY_23


def in_2023(day):
    return SEPTEMBER_1 <= day <= date(2023, 9, 30)


def in_round(day):
    return in_2022(day) or in_2023(day)


def restart_of(group, day):
    """The restart that rules a signal of this day: of its round, else of the last that had begun."""
    if day >= SEPTEMBER_1:
        return SEPTEMBER_20
    return MARCH_1 if group in ("Gezinshereniger", "Gezinsvormer") else MARCH_25


def naive_group(signals):
    best, carried = None, None
    for s in signals:
        group = s.group
        if s.code == "SS124":
            group = s.group if s.group and s.group != ASYLUM else "Gezinsmigrant en overige migrant"
        if s.code == "SS125":
            group = ASYLUM
        rank = (s.date, s.code in ("SS124", "SS125"), s.last_seen, s.code, restart_of(s.group, s.date), s.group or "")
        if group and (best is None or rank > best):
            best, carried = rank, group
    return carried


def last_decision(decisions, day):
    known = [d for d in decisions if d.date <= day]
    return sorted(known, key=lambda d: (d.date, d.number))[-1] if known else None


def meaningful(signals, wet):
    return [s for s in signals if s.code in KNOWN_CODES and s.wet == wet]


def ended(some):
    """The day of the latest fact, where it ends the obligation or takes the person away."""
    end = max((s.date for s in some if s.code in ENDING), default=None)
    return None if end is None or any(s.date > end for s in some if s.code in OPENING) else end


def counting_2013(signals, decisions, day):
    """The Wi2013 obligations that count: resumed, not ended, not outranked by a decision for the Wi2021."""
    last, wi2013 = last_decision(decisions, day), meaningful(signals, "Wi2013")

    def resumed_by_now(s):
        return day >= (MAY_23 if in_2022(s.date) else SEPTEMBER_20 if in_2023(s.date) else date.min)

    return [
        s for s in wi2013
        if s.code in OBLIGED and resumed_by_now(s) and not ended(wi2013)
        and not (last and last.law == "Wi2021" and s.date <= last.date)
    ]  # fmt: skip


def seen_since(signals, decisions, day):
    """The Wi2021 signals that stand in a download made since the restart of his group, unless a decision outranks."""
    last, group = last_decision(decisions, day), naive_group(signals)
    mine = [s for s in meaningful(signals, "Wi2021") if not (last and last.law == "Wi2013" and s.date <= last.date)]
    return [s for s in mine if s.code != "SS190" and restart_of(group, s.date) <= min(day, s.last_seen)]


def naive(signals, decisions, day):
    """What he is, why (of a dispute), under which law, and whether he is reinstated."""
    group, last = naive_group(signals), last_decision(decisions, day)
    outranked = lambda s: last is not None and s.date <= last.date  # noqa: E731
    wi2021, wi2013 = meaningful(signals, "Wi2021"), meaningful(signals, "Wi2013")

    # "SS190 counts from the later of its date and the round's corrections date", no round before its restart
    def counts_from(s):
        start = MARCH_1 if in_2022(s.date) else SEPTEMBER_20 if in_2023(s.date) else s.date
        return max(s.date, start)

    corrections = [s for s in signals if s.code == "SS190" and counts_from(s) <= day]
    back = [s for s in wi2021 if s.code in OBLIGED and s.last_seen >= restart_of(group, s.date)]
    of_2013 = counting_2013(signals, decisions, day)
    reinstated = False
    if corrections:
        if any(c.date == b.date and not outranked(b) for c in corrections for b in back):
            return "disputed", "same_day", None, False
        if last and any(s.date > last.date for s in (corrections if last.law == "Wi2021" else back)):
            return "disputed", "decision_overtaken", None, False
        newest = max(corrections, key=lambda s: s.date).date
        reinstated = last.law == "Wi2021" if last else any(b.date > newest for b in back)
        if not reinstated:
            brought = max(corrections, key=lambda s: (s.date, s.last_seen, restart_of(s.group, s.date), s.group or ""))
            first = brought.first_seen or brought.last_seen
            if any(s.code != "SS190" and s.last_seen > first and not outranked(s) for s in wi2021):
                return "disputed", "seen_after_correction", None, False
            return "corrected", "ss190", "Wi2013" if of_2013 else None, False
    if last and last.law == "Wi2021" and any(s.date > last.date for s in of_2013):
        return "disputed", "decision_overtaken", None, reinstated
    if last and last.law == "Wi2013" and any(s.date > last.date for s in wi2021 if s.code in OBLIGED):
        return "disputed", "decision_overtaken", None, reinstated
    mine = [s for s in wi2021 if not (last and last.law == "Wi2013" and outranked(s))]
    if end := ended(mine):
        return "ended", "ended", "Wi2013" if any(s.date > end for s in of_2013) else None, reinstated
    seen = seen_since(signals, decisions, day)
    if of_2013 and any(s.code in OBLIGED for s in seen):
        return "disputed", "two_laws", None, reinstated
    if seen or any(not in_round(s.date) and s.code in OBLIGED for s in mine):
        return "released", None, "Wi2021", reinstated
    if of_2013:
        return "released", None, "Wi2013", reinstated
    if any(in_round(s.date) for s in mine) or (mine and reinstated):
        return "parked", None, "Wi2021", reinstated
    if any(s.code in OBLIGED for s in wi2013) and not ended(wi2013):
        return "parked", None, "Wi2013", reinstated
    return "noted", None, NOBODY_KNOWS, reinstated


def naive_owned(signals, decisions, day, owned):
    """The same, where two persons have decided whose he is: that holds until DUO says more."""
    state, _, law, reinstated = found = naive(signals, decisions, day)
    if owned is None or owned.date > day or state in ("corrected", "disputed"):
        return found
    if owned.ours:
        wi2013 = meaningful(signals, "Wi2013")
        gone = ended(wi2013) if any(s.code in OBLIGED for s in wi2013) else None
        over = state == "noted" and gone is not None and gone > owned.date
        waits = (state == "noted" and not over) or (state == "parked" and law == "Wi2021")
        return ("released", "ours", "Wi2021", reinstated) if waits else found
    seen = [s.last_seen for s in signals if s.wet == "Wi2021" and s.code != "SS190" and s.code in KNOWN_CODES]
    later = max((one for one in seen if one > owned.date), default=None)
    if later is None and seen_since(signals, decisions, day):  # he was no stranger if that was known
        later = max(seen)
    since = [d for d in decisions if d.date <= day and later and d.date >= later]
    last = last_decision(decisions, day)
    if later and not since:
        return "disputed", "decision_overtaken", None, reinstated
    if later and last.law == "Wi2021":
        return found
    return "corrected", "not_ours", NOBODY_KNOWS, False


def answer(facts: Facts, day: date) -> Answer | None:
    """What a person is on a day, by all facts; None where there is none."""
    if not facts.signals and not (facts.owned and facts.owned.date <= day):
        return None
    state, why, law, reinstated = naive_owned(facts.signals, facts.decisions, day, facts.owned)
    wi2013 = bool(counting_2013(facts.signals, facts.decisions, day))
    if why == "not_ours":
        alone = naive(facts.signals, facts.decisions, day)
        law = alone[2] if alone[0] == "ended" else "Wi2013" if wi2013 else None
    ours = facts.owned is not None and facts.owned.ours and facts.owned.date <= day
    return Answer(state, why, law, reinstated, ours or bool(seen_since(facts.signals, facts.decisions, day)), wi2013)


# --- a stranger stands in a local system under the Wi2021 without a correction, and is not seen since his restart ---


def stranger(facts: Facts, day: date) -> str | None:
    """Say what somebody with a root is, if no valid signal came: unseen before his restart, orphan after it."""
    found = answer(facts, day)
    if found and (found.state in ("corrected", "disputed") or found.reinstated or found.seen):
        return None
    first = restart_of(naive_group(facts.signals), date(2022, 1, 1))
    return "unseen" if day < first else "orphan"


def silent(facts: Facts, day: date) -> bool:
    """Say whether no fact tells what he is."""
    found = answer(facts, day)
    return found is None or found.state == "noted"


# --- what a party believes of a person: what it was told, in order, as (kind, law under which service may go on) ---

Told = list[tuple[str, str | None]]


def goes_on(told: Told) -> str | None:
    """The law under which a party believes that service may go on. A correction says nothing of the Wi2013."""
    law = None
    for kind, said in told:
        if kind != "correction":
            law = said
        elif law == "Wi2021":
            law = None
    return law


def erased(told: Told) -> bool:
    """Say whether a party believes that he was registered wrongly: told so, and not taken back since."""
    kinds = [kind for kind, _ in told if kind not in ("resume", "ended")]
    return bool(kinds) and kinds[-1] == "correction" and not _gone_on_since(told)


def _gone_on_since(told: Told) -> bool:
    last = max(at for at, (kind, _) in enumerate(told) if kind == "correction")
    return any(law == "Wi2021" for _, law in told[last + 1 :])


def wrong_belief(found: Answer | None, unseen: bool, told: Told) -> str | None:
    """Say what is wrong in what a party that received him believes; None where it fits. Of a dispute nothing is."""
    last = told[-1][0] if told else None
    stops = last == "hold" or (last == "withdrawal" and goes_on(told) is None)
    if found is None or found.state == "noted":
        if unseen:
            return None if stops else "an unseen person is not held"
        return "goes on with one of whom nothing is known" if goes_on(told) else None
    if found.state == "corrected":
        if not erased(told):
            return "was not told to correct"
        return None if goes_on(told) == found.law else "another law than that of the corrected"
    if found.state == "released" or (found.state == "ended" and found.law):
        return None if not told or goes_on(told) == found.law else "does not go on, or under another law"
    if found.state == "ended":
        return None if last in (None, "ended") else "was not told of the end"
    if found.held:
        return None if stops else "does not hold"
    return "goes on with one whose Wi2013 waits" if found.state == "parked" and goes_on(told) else None
