"""The rules as data and pure functions: the restart rounds, the signal catalogue of DUO, and settling."""

from hervat.rules.rounds import OptIn, Rounds, read_rounds
from hervat.rules.settler import STATES, Decision, Ownership, Settler, Signal, State, Verdict
from hervat.rules.signals import Catalogue, catalogue

__all__ = [
    "STATES",
    "Catalogue",
    "Decision",
    "OptIn",
    "Ownership",
    "Rounds",
    "Settler",
    "Signal",
    "State",
    "Verdict",
    "catalogue",
    "read_rounds",
]
