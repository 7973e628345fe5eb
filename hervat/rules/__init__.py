"""The rules as data and pure functions: the restart rounds, the signal catalogue of DUO, and settling."""

from hervat.rules.rounds import OptIn, Rounds, read_rounds, round_schema
from hervat.rules.settler import STATES, DatedDecision, DatedOwnership, Settler, Signal, State, Verdict
from hervat.rules.signals import SignalCatalogue, catalogue
from hervat.settings import end_of

__all__ = [
    "STATES",
    "DatedDecision",
    "DatedOwnership",
    "OptIn",
    "Rounds",
    "Settler",
    "Signal",
    "SignalCatalogue",
    "State",
    "Verdict",
    "catalogue",
    "end_of",
    "read_rounds",
    "round_schema",
]
