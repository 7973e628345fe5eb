"""Verdicts of the settler, one way into each state and reason. Signals are made up."""

from datetime import date
from pathlib import Path

from hervat.rules.rounds import read_rounds
from hervat.rules.settler import DatedDecision, DatedOwnership, Settler, Signal, Verdict
from hervat.rules.signals import catalogue
from hervat.settling.people import UNSEEN

_JANUARY, _RESTART = date(2022, 1, 10), date(2022, 3, 1)


def _signal(code: str, day: date = _JANUARY, wet: str = "Wi2021", seen: date = _JANUARY) -> Signal:
    return Signal(code, day, wet, "Gezinsvormer", seen)


def every_verdict() -> list[Verdict]:
    """Return a verdict for each way in which a person can be settled."""
    settler = Settler(read_rounds(["restart-2022.yaml"], Path.cwd()), catalogue())
    new = _signal("SS101")
    cases = [
        ([new, _signal("SS190", _RESTART)], _RESTART),
        ([_signal("SS101", _RESTART, seen=_RESTART), _signal("SS190", _RESTART)], _RESTART),
        ([_signal("SS101", seen=_RESTART)], _RESTART),
        ([_signal("SS101", date(2023, 9, 1), seen=date(2023, 9, 1))], date(2022, 2, 1)),
        ([_signal("SS101", wet="Wi2013")], date(2022, 5, 23)),
        ([new], date(2022, 2, 1)),
        ([new], _RESTART),
        ([_signal("SS101", wet="Wi2013")], _RESTART),
        ([_signal("SS101", wet="Wi2007")], _RESTART),
        ([_signal("SS101", wet="Wi2013"), _signal("SS111", date(2022, 2, 1), wet="Wi2013")], _RESTART),
        ([new, _signal("SS111", date(2022, 2, 1))], _RESTART),
        ([_signal("SS101", seen=_RESTART), _signal("SS101", wet="Wi2013")], date(2022, 5, 23)),
        ([_signal("SS101", seen=date(2022, 3, 16)), _signal("SS190", _RESTART, seen=_RESTART)], date(2022, 3, 16)),
    ]
    found = [settler.settle(signals, [], day) for signals, day in cases]
    overtaken = [_signal("SS190", _RESTART), _signal("SS190", date(2022, 3, 16))]
    found.append(settler.settle(overtaken, [DatedDecision("Wi2021", date(2022, 3, 2))], date(2022, 3, 16)))
    return [
        *found,
        *(settler.settle([], [], _RESTART, DatedOwnership(ours, _RESTART)) for ours in (True, False)),
        UNSEEN,
    ]
