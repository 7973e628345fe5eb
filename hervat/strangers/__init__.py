"""Strangers: persons in a local system without a valid signal; unseen before their restart, orphans after it."""

from hervat.strangers.decide import decide
from hervat.strangers.enlisted import ORPHANS, enlist, note, since_when, strangers_in
from hervat.strangers.listed import ListedStranger, left_behind, look_for_unseen, strangers, waiting_decisions

__all__ = [
    "ORPHANS",
    "ListedStranger",
    "decide",
    "enlist",
    "left_behind",
    "look_for_unseen",
    "note",
    "since_when",
    "strangers",
    "strangers_in",
    "waiting_decisions",
]
