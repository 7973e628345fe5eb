"""Notices that a mail server refused for good, or that came back: a person mends what is wrong and sends them again."""

from collections.abc import Collection

from sqlalchemy import select

from hervat.night import Night
from hervat.notices.recipients import Audience, Recipient
from hervat.register.models import Notice
from hervat.register.models.notices import FAILED


def mark_failed(night: Night, recipient: Recipient, notice_id: int, code: str) -> None:
    """Note that a notice was refused for good: it is not tried again before a person says so."""
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        notice.status, notice.failure = FAILED, code
        result = f"by the server of {recipient}, {code}"
        night.record(session, "notice refused", notice.number, result)


def tell_stuck(night: Night, audience: Audience, skip: Collection[str] = ()) -> set[str]:
    """Put the notices that wait for a person in the night's attention; return whose they are."""
    with night.register.session() as session:
        rows = session.execute(
            select(Notice.party, Notice.number, Notice.failure)
            .where(Notice.municipality == night.code, Notice.audience == audience, Notice.status == FAILED)
            .order_by(Notice.id)
        ).all()
    for party, number, failure in rows:
        if party not in skip:
            night.attention.append(
                f"{audience} {party}: notice {number} did not arrive ({failure}) and its later ones wait; mend that,"
                f" then `hervat notices resend {number} --by NAME`"
            )
    return {party for party, _, _ in rows}
