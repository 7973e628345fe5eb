"""Sending the outbox: every due notice over its recipient's channel, the same bytes each time, in order of number."""

import time
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Select, select

from hervat.errors import EndpointError, HervatError, is_transient, redacted
from hervat.night import Counts, Night
from hervat.notices import archive
from hervat.notices.channels import Courier
from hervat.notices.recipients import Audience, Recipient, recipients_of
from hervat.register import AGAIN, DUE, FAILED, SENT, scope
from hervat.register.models import Enclosure, Notice

_WAIT_SECONDS = 2.0


class _Listed(NamedTuple):
    """A notice in the outbox."""

    id: int
    number: str
    audience: str
    party: str
    status: str
    failure: str | None


def send(night: Night, audience: Audience = "party", skip: Collection[str] = ()) -> Counts:
    """Send what is due; return the numbers of notices sent and still due, and the names of the failed recipients.

    skip: recipients that are not tried (again).

    A recipient's outage is noted by its name and holds up nobody else; its own later notices wait, so that none
    overtakes another. After a permanent error a notice is not tried again, and the later ones wait for a person. A
    notice is marked as sent in a transaction of its own: killed before it, it is sent again.
    """
    recipients = {recipient.name: recipient for recipient in recipients_of(night.municipality, audience)}
    notices = _notices(night)
    own = [notice for notice in notices if notice.audience == audience]
    archived = _archived(night, notices) if notices else {}
    stuck = _report_failed(night, [notice for notice in own if notice.status == FAILED], skip)
    queues = {name: queue for name, queue in _queues(own).items() if name not in {*skip, *stuck}}
    sent = {name: _send_queue(night, recipients.get(name), name, queue, archived) for name, queue in queues.items()}
    failed = [name for name, queue in queues.items() if sent[name] < len(queue)]
    due = sum(map(len, queues.values())) - sum(sent.values())
    return {"sent": sum(sent.values()), "due": due, "failed": failed}


def _archived(night: Night, notices: list[_Listed]) -> dict[str, str]:
    """Archive what was sent and is not in the vault; return number -> object id of those that were in it."""
    return archive.keep_sent(night, {notice.number: notice.id for notice in notices if notice.status == SENT})


def _notices(night: Night) -> list[_Listed]:
    """Return all notices, the oldest first."""
    columns = Notice.id, Notice.number, Notice.audience, Notice.party, Notice.status, Notice.failure
    with night.register.session() as session:
        rows = session.execute(select(*columns).where(scope(Notice, night.code)).order_by(Notice.id))
        return [_Listed(*row) for row in rows]


def _queues(notices: Iterable[_Listed]) -> dict[str, list[int]]:
    """Return recipient -> ids of the notices that are due, the oldest first."""
    queues: dict[str, list[int]] = {}
    for notice in notices:
        if notice.status in (DUE, AGAIN):
            queues.setdefault(notice.party, []).append(notice.id)
    return queues


def _send_queue(
    night: Night, recipient: Recipient | None, name: str, queue: list[int], archived: dict[str, str]
) -> int:
    """Send a recipient's queue until a notice fails; return the number sent."""
    if recipient is None:
        night.error(
            f"{name}: {len(queue)} notice(s) wait, but it is not configured any more; put it back or tell it by hand"
        )
        return 0
    with Courier(recipient.channel, recipient.name) as courier:
        for sent, notice_id in enumerate(queue):
            try:
                _send(night, recipient, notice_id, archived, courier)
            except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
                if isinstance(error, EndpointError) and error.final:
                    _mark_failed(night, recipient, notice_id, error.code)
                night.error(f"{recipient}: {len(queue) - sent} notice(s) were not delivered: {redacted(error)}")
                return sent
    return len(queue)


def _send(night: Night, recipient: Recipient, notice_id: int, archived: dict[str, str], courier: Courier) -> None:
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        notice.attempts += 1
        request = session.scalars(_request_of(notice)).one() if notice.refers_to else None
        enclosures = session.scalars(select(Enclosure).where(Enclosure.notice_id == notice_id)).all()
    # archived, but not marked as sent: it was killed in between
    if notice.status == AGAIN or not archive.is_sent(night, notice, archived):
        # the data last: with it the notice is complete
        for file in (*([request] if request else ()), *enclosures, notice):
            _deliver(courier, file.file_name, night.keyring.open(file.payload, "notice"))
        if notice.number not in archived:
            # before it counts as sent: an older register that is put back must learn of it
            archive.keep(night, notice)
    with night.register.session() as session:
        session.add(notice)
        notice.status, notice.sent_on, notice.failure = SENT, night.as_of, None
        night.record(session, "notice sent", notice.number, f"to {recipient}, attempt {notice.attempts}")
    night.log(f"sent {notice.number} to {recipient}")


def _request_of(reminder: Notice) -> Select[Notice]:
    """Select the request that goes out again with its reminder, the same bytes under the same name."""
    return select(Notice).where(scope(Notice, reminder.municipality), Notice.number == reminder.refers_to)


def _deliver(courier: Courier, file_name: str, data: bytes) -> None:
    """Deliver a file; retry once after a transient error, such as a lost connection."""
    try:
        courier.deliver(file_name, data)
    except HervatError as error:
        if not is_transient(error):
            raise
        time.sleep(_WAIT_SECONDS)
        courier.deliver(file_name, data)


def _mark_failed(night: Night, recipient: Recipient, notice_id: int, code: str) -> None:
    """Mark a notice as failed after a permanent error: it is not tried again before a person says so."""
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        notice.status, notice.failure = FAILED, code
        night.record(session, "notice refused", notice.number, f"by the server of {recipient}, {code}")


def _report_failed(night: Night, failed: Sequence[_Listed], skip: Collection[str]) -> set[str]:
    """Put the failed notices in the night's attention; return the names of their recipients."""
    for notice in failed:
        if notice.party not in skip:
            night.attention.append(
                f"{notice.audience} {notice.party}: notice {notice.number} did not arrive ({notice.failure}) and its"
                f" later ones wait; fix that, then `hervat notices resend {notice.number} --by NAME`"
            )
    return {notice.party for notice in failed}
