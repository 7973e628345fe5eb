"""How everything stands: what waits for a person, each local system, and what remains after cleaning."""

from hervat.status.accounts import account, status_account
from hervat.status.aftermath import Aftermath, Loose, Refill, after, counts, record_refilled, refills
from hervat.status.view import View, look_over

__all__ = [
    "Aftermath",
    "Loose",
    "Refill",
    "View",
    "account",
    "after",
    "counts",
    "look_over",
    "record_refilled",
    "refills",
    "status_account",
]
