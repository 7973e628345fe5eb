"""Alerts: telling the gemeente, in Dutch and in counts alone, that a run failed, waits for a person or did not come.

A text that a run left behind never goes into an alert: only how many there are, and names that the configuration has.
"""

from hervat.alerts.after import after_run, alerting, check
from hervat.alerts.facts import Finished, finished
from hervat.alerts.sending import send
from hervat.alerts.wording import STOPPED, Message, Term, of_stopped, of_terms, of_test

__all__ = [
    "STOPPED",
    "Finished",
    "Message",
    "Term",
    "after_run",
    "alerting",
    "check",
    "finished",
    "of_stopped",
    "of_terms",
    "of_test",
    "send",
]
