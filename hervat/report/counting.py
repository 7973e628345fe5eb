"""Which of a person's signals count under the Wi2021, and what reinstated him. Pure; the rules are settling's."""

from collections.abc import Sequence
from datetime import date

from hervat.report.dossiers import Dossier, SignalLine
from hervat.report.spelling import short_day
from hervat.rounds import Rounds
from hervat.signals import Catalogue

_CORRECTION = "SS190"


def counting(dossier: Dossier, rounds: Rounds, catalogue: Catalogue) -> list[SignalLine]:
    """Return the Wi2021 signals to fill a system from, in order of time.

    Left out: an SS190, what may be ignored, unknown codes, and within a round what was not seen since the person's
    group restarted (PIB was emptied, and the right signals were sent again).
    """
    group = dossier.verdict.group if dossier.verdict else None
    return [
        one
        for one in dossier.signals
        if one.wet == "Wi2021"
        and catalogue.kind(one.code) not in (None, "correction")
        and not one.may_be_ignored
        and (rounds.at(one.day) is None or one.last_seen >= rounds.ruling(one.day).restart(group))
    ]


def why_back(dossier: Dossier, rounds: Rounds) -> str:
    """Return in Dutch what reinstated the person: a signal after his SS190, or a decision."""
    corrections = [one.day for one in dossier.signals if one.code == _CORRECTION]
    last = max(corrections, default=date.min)
    signal = next(iter(_after(dossier.signals, last, rounds)), None)
    if dossier.decisions and (signal is None or dossier.decisions[-1][1] >= signal.day):
        law, day = dossier.decisions[-1]
        return f"Besluit van {short_day(day)}: {law}."
    if signal is None:
        return "De SS190 geldt niet meer."
    return f"Signaal {signal.code} van {short_day(signal.day)}, na de SS190 van {short_day(last)}."


def _after(signals: Sequence[SignalLine], last: date, rounds: Rounds) -> list[SignalLine]:
    return [
        one
        for one in signals
        if one.wet == "Wi2021" and one.day > last and one.code in rounds.ruling(one.day).reinstating
    ]
