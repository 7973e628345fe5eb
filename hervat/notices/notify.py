"""Notify: the step of a night that sends notices to third parties and reads their answers."""

from hervat.night import Counts, Night
from hervat.notices.compose import compose
from hervat.notices.counts import unconfirmed
from hervat.notices.read_answers import confirm
from hervat.notices.recipients import parties
from hervat.notices.reminders import remind_parties
from hervat.notices.send import send


def notify(night: Night) -> Counts:
    """Compose, send, read answers and remind; return this run's notices by kind, and the number unconfirmed.

    In shadow nothing is written, sent or read: the counts are of what would be due.
    """
    made = compose(night)
    if not night.shadow:
        failed = send(night)["failed"]
        confirm(night, [party for party in parties(night.municipality) if party.name not in failed])
        if remind_parties(night):
            send(night, skip=failed)
    with night.register.session() as session:
        waiting = unconfirmed(session, night.code)
    return {"notices": {**made, "unconfirmed": waiting}}
