"""Sending a notice again because a person asks: the same bytes, whatever became of it before."""

from hervat.attribution import named
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.answered import notice_of
from hervat.notices.recipients import parties, suppliers
from hervat.notices.remind_parties import superseded
from hervat.notices.send import send
from hervat.register.models import Notice
from hervat.register.models.notices import AGAIN, SENT


def resend(night: Night, number: str, by: str) -> bool:
    """Send a notice again, now; return whether it went. What is wrong is in the night's errors and attention.

    Raises UsageError: no such notice, no name, or the recipient was told something else about a person in it since.
    """
    who = named(by)
    with night.register.session() as session:
        recipient, notice = notice_of(session, night, number)
        if superseded(session, [notice]):
            raise UsageError(
                f"{number} is not true any more: {recipient} was told something else since about a person in it; send"
                " its last notice again"
            )
        if not night.keyring.open(notice.payload, "notice"):
            raise UsageError(
                f"the bytes of {number} were destroyed when its round was closed; nobody can send it again"
            )
        notice.status, notice_id = AGAIN, notice.id
        night.record(session, "notice to go again", number, f"to {recipient}", by=who)
    found = parties(night.municipality) if recipient.audience == "party" else suppliers(night.municipality)
    send(night, recipient.audience, skip=[one.name for one in found if one.name != recipient.name])
    with night.register.session() as session:
        return session.get_one(Notice, notice_id).status == SENT
