"""Settling: each person's state on a day, by signals, rounds and decisions."""

from hervat.settling.decisions import (
    find_person,
    note_notification,
    record_decision,
    record_notification,
    waiting_choices,
    withdraw_notification,
)
from hervat.settling.people import People, bsns_of, decided, read_people, v_numbers_of
from hervat.settling.settle import last_settled, refuse_earlier, settle

__all__ = [
    "People",
    "bsns_of",
    "decided",
    "find_person",
    "last_settled",
    "note_notification",
    "read_people",
    "record_decision",
    "record_notification",
    "refuse_earlier",
    "settle",
    "v_numbers_of",
    "waiting_choices",
    "withdraw_notification",
]
