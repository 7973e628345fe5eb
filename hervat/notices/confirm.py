"""Confirmations: what recipients answer. That a notice was received is not that it was acted on: both are kept apart.

A confirmation is a small JSON file {"number": ..., "status": "received" or "done", "day": "YYYY-MM-DD"}. A supplier who
is done may add "erased", how many persons, and "evidence", what shows it; a BSN in that text is not kept.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from hervat import journal
from hervat.bsn import stands_in
from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.notices.channels import confirmations
from hervat.notices.recipients import Recipient
from hervat.register.models import Notice

_LONGEST = 500  # letters of evidence


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a recipient says of a notice: received on a day, or done with it, and what shows that."""

    number: str
    status: str
    day: date
    evidence: str | None = field(default=None, repr=False)
    erased: int | None = None
    unfit: bool = False


def read_confirmation(data: bytes) -> Confirmation | None:
    """Return the confirmation in a file, None when it is none."""
    try:
        said = json.loads(data.decode("utf-8-sig"))
        number, status, day = said["number"], said["status"], date.fromisoformat(said["day"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(number, str) or status not in ("received", "done"):
        return None
    evidence, erased = _evidence(said.get("evidence")), _erased(said.get("erased"))
    unfit = any(
        said.get(name) is not None and kept is None for name, kept in (("evidence", evidence), ("erased", erased))
    )
    return Confirmation(number, status, day, evidence, erased, unfit)


def _evidence(said: object) -> str | None:
    """Return the text that is kept: one line, not too long, without a BSN."""
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if text and len(text) <= _LONGEST and not stands_in(text) else None


def _erased(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 1 << 31 else None


def confirm(night: Night, recipients: Iterable[Recipient]) -> Counts:
    """Read all recipients' confirmations; return how many were new, unknown (no such notice), garbage and double.

    What is not understood goes into the night's attention by count; reading the same files again changes nothing.
    """
    found: Counter[str] = Counter(dict.fromkeys(("new", "unknown", "garbage", "double"), 0))
    for recipient in recipients:
        try:
            found.update(_of(night, recipient, [data for _, data in confirmations(recipient.channel)]))
        except Exception as error:  # noqa: BLE001 - a failure stays within its recipient
            night.fail(f"{recipient}: its confirmations were not read: {redacted(error)}")
    return dict(found)


def _of(night: Night, recipient: Recipient, files: list[bytes]) -> Counter[str]:
    read = [one for one in map(read_confirmation, files) if one]
    found = Counter({"garbage": len(files) - len(read)})
    if read:
        with night.register.session() as session:
            found.update(_recorded(session, night, recipient, read))
    if unfit := sum(one.unfit for one in read):
        night.attention.append(
            f"{recipient}: the evidence in {unfit} of its confirmations is not kept (it holds a BSN, is too long or no"
            " text, or erased is no number); ask for another"
        )
    wrong = [f"{found[what]} {what}" for what in ("unknown", "garbage", "double") if found[what]]
    if wrong:
        night.attention.append(
            f"{recipient}: among its confirmations are {', '.join(wrong)}; look at them and take them out of its folder"
        )
    return found


def _recorded(session: Session, night: Night, recipient: Recipient, read: list[Confirmation]) -> Counter[str]:
    """Note each confirmation at its notice, the earliest day first."""
    notices = _notices(session, night.code, recipient)
    found: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for one in sorted(read, key=lambda c: (c.day, c.number, c.status)):
        notice = notices.get(one.number)
        if notice is None or (one.number, one.status) in seen:
            found["unknown" if notice is None else "double"] += 1
            continue
        seen.add((one.number, one.status))
        request = notices.get(notice.refers_to or "")
        if request is not None:  # a reminder is answered for its request
            _note(request, one)
        if _note(notice, one):
            found["new"] += 1
            result = f"{one.status} by {recipient} on {one.day}"
            journal.record(session, night.code, night.actor, "confirmation", one.number, result, night.origin)
    return found


def _note(notice: Notice, one: Confirmation) -> bool:
    """Write a confirmation into its notice; return whether it says something new. Done implies received."""
    if one.status == "done":
        notice.evidence, notice.erased = notice.evidence or one.evidence, notice.erased or one.erased
    if one.status == "done" and notice.done_on is None:
        notice.done_on, notice.received_on = one.day, notice.received_on or one.day
        return True
    if one.status == "received" and notice.received_on is None:
        notice.received_on = one.day
        return True
    return False


def _notices(session: Session, code: str, recipient: Recipient) -> dict[str, Notice]:
    """Return this recipient's notices by number: nobody confirms another's."""
    rows = session.scalars(
        select(Notice)
        .options(defer(Notice.payload))
        .where(Notice.municipality == code, Notice.audience == recipient.audience, Notice.party == recipient.name)
    )
    return {notice.number: notice for notice in rows}
