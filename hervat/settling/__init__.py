"""Settling: each person's state on a day, by signals, rounds and decisions."""

from hervat.settling.decisions import (
    find_person,
    note_notification,
    record_decision,
    record_notification,
    waiting_choices,
    withdraw_notification,
)
from hervat.settling.holds import GROUNDS, PersonHold, counts_on, holds_on, waiting_holds
from hervat.settling.people import People, bsns_of, decided, read_people, v_numbers_of
from hervat.settling.people_once import people_now, read_again
from hervat.settling.settle import last_settled, refuse_earlier, settle

__all__ = [
    "GROUNDS",
    "People",
    "PersonHold",
    "bsns_of",
    "counts_on",
    "decided",
    "find_person",
    "holds_on",
    "last_settled",
    "note_notification",
    "people_now",
    "read_again",
    "read_people",
    "record_decision",
    "record_notification",
    "refuse_earlier",
    "settle",
    "v_numbers_of",
    "waiting_choices",
    "waiting_holds",
    "withdraw_notification",
]
