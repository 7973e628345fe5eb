"""Sending: every due notice over its recipient's channel, the same bytes each time, in order of number."""

import time
from collections.abc import Collection

from sqlalchemy import Select, select

from hervat.errors import HervatError, redacted
from hervat.night import Counts, Night
from hervat.notices import archive
from hervat.notices.channels import deliver
from hervat.notices.recipients import Audience, Recipient, parties, suppliers
from hervat.register import AGAIN, DUE, FAILED, SENT
from hervat.register.models import Enclosure, Notice


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


_WAIT_SECONDS = 2.0


def send(night: Night, audience: Audience = "party", skip: Collection[str] = ()) -> Counts:
    """Send what is due; return how many notices were sent, how many stay due, and who could not be reached.

    skip: whom not to try (again).

    A recipient's outage is noted by its name and holds up nobody else; his own later notices wait, so that none
    overtakes another. One that was refused for good is not tried again, and his later ones wait for a person. A notice
    is marked as sent in a transaction of its own: killed before it, it is sent again.
    """
    found = parties(night.municipality) if audience == "party" else suppliers(night.municipality)
    recipients = {one.name: one for one in found}
    known, stuck = archive.keep_sent(night), tell_stuck(night, audience, skip)
    queues = {name: queue for name, queue in _queues(night, audience).items() if name not in {*skip, *stuck}}
    sent = {name: _to(night, recipients.get(name), name, queue, known) for name, queue in queues.items()}
    failed = [name for name, queue in queues.items() if sent[name] < len(queue)]
    due = sum(map(len, queues.values())) - sum(sent.values())
    return {"sent": sum(sent.values()), "due": due, "failed": failed}


def _queues(night: Night, audience: Audience) -> dict[str, list[int]]:
    """Return the notices that are due for each recipient, the oldest first."""
    with night.register.session() as session:
        rows = session.execute(
            select(Notice.party, Notice.id)
            .where(Notice.municipality == night.code, Notice.audience == audience, Notice.status.in_((DUE, AGAIN)))
            .order_by(Notice.id)
        )
        queues: dict[str, list[int]] = {}
        for name, notice_id in rows:
            queues.setdefault(name, []).append(notice_id)
    return queues


def _to(night: Night, recipient: Recipient | None, name: str, queue: list[int], known: dict[str, str]) -> int:
    """Send a recipient's queue until one fails; return how many were sent."""
    if recipient is None:
        night.fail(
            f"{name}: {len(queue)} notice(s) wait, but it is not configured any more; put it back or tell it by hand"
        )
        return 0
    for done, notice_id in enumerate(queue):
        try:
            _send(night, recipient, notice_id, known)
        except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
            if getattr(error, "final", False):
                mark_failed(night, recipient, notice_id, getattr(error, "code", ""))
            night.fail(f"{recipient}: {len(queue) - done} notice(s) were not delivered: {redacted(error)}")
            return done
    return len(queue)


def _send(night: Night, recipient: Recipient, notice_id: int, known: dict[str, str]) -> None:
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        notice.attempts += 1
        again = session.scalars(_request_of(notice)).one() if notice.refers_to else None
        letters = session.scalars(select(Enclosure).where(Enclosure.notice_id == notice_id)).all()
    if notice.status == AGAIN or not archive.is_sent(night, notice, known):  # else killed after it was sent and kept
        files = [(one.file_name, one.payload) for one in ([again] if again else [])]
        files += [(one.file_name, one.payload) for one in letters]
        for name, payload in [*files, (notice.file_name, notice.payload)]:  # the data last: with it the notice is there
            _deliver(recipient, name, night.keyring.open(payload, "notice"))
        if notice.number not in known:
            archive.keep(
                night, notice_id
            )  # before it counts as sent: an older register that is put back must learn of it
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        notice.status, notice.sent_on, notice.failure = SENT, night.as_of, None
        result = f"to {recipient}, attempt {notice.attempts}"
        night.record(session, "notice sent", notice.number, result)
    night.say(f"sent {notice.number} to {recipient}")


def _request_of(reminder: Notice) -> Select[Notice]:
    """Select the request that goes out again with its reminder, the same bytes under the same name."""
    return select(Notice).where(Notice.municipality == reminder.municipality, Notice.number == reminder.refers_to)


def _deliver(recipient: Recipient, file_name: str, data: bytes) -> None:
    """Deliver; once more after what passes by itself (a lost connection)."""
    try:
        deliver(recipient.channel, file_name, data)
    except HervatError as error:
        if not getattr(error, "passing", False):
            raise
        time.sleep(_WAIT_SECONDS)
        deliver(recipient.channel, file_name, data)
