"""The outbox: a notice and what it tells of each person are written in one transaction before the first attempt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from cryptography.x509 import Certificate
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.notices.facts import Facts
from hervat.notices.grounds import Group
from hervat.notices.mail import message_id_of
from hervat.notices.parcel import Parcel, parcel_of
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked
from hervat.register.models import Enclosure, Notice
from hervat.register.models import Told as ToldRow


class Saying(NamedTuple):
    """What a notice says of a person: what is believed after it, until when was disclosed, the law to go on under."""

    told: str
    until: date | None = None
    law: str | None = None


@dataclass(frozen=True)
class NoticeDraft:
    """A notice to be. persons: their entries in the file; told: key -> what it says of him; count: how many.

    asked: what a supplier is to do and by when. groups: on what grounds, for how many persons each.
    """

    kind: str
    persons: list[dict[str, Any]] = field(repr=False)
    told: Mapping[str, Saying] = field(repr=False)
    count: int
    unnamed: int = 0
    asked: Asked | None = None
    groups: tuple[Group, ...] = ()


def write(
    session: Session, night: Night, recipient: Recipient, certificate: Certificate | None, draft: NoticeDraft
) -> Notice:
    """Write a notice, due to be sent, with its bytes sealed; return it. Its number holds no personal data."""
    number = _next_number(session, night)
    facts = Facts(number, draft.kind, night.as_of, draft.persons, draft.count, draft.asked, draft.groups)
    parcel = parcel_of(night, recipient, certificate, facts)
    notice = Notice(
        municipality=night.code,
        audience=recipient.audience,
        party=recipient.name,
        number=number,
        kind=draft.kind,
        day=night.as_of,
        persons=draft.count,
        unnamed=draft.unnamed,
        due_on=draft.asked.by if draft.asked else None,
        refers_to=draft.asked.refers_to if draft.asked else None,
        file_name=parcel.file_name,
        payload=night.keyring.seal(parcel.data, "notice"),
        message_id=message_id_of(parcel.data) if recipient.channel.mail else None,
    )
    session.add(notice)
    session.flush()
    _enclose(session, night, notice, parcel)
    rows = [
        {"notice_id": notice.id, "key": key, "told": one.told, "disclosed_until": one.until, "law": one.law}
        for key, one in sorted(draft.told.items())
    ]
    if rows:
        session.execute(insert(ToldRow), rows)
    result = f"{draft.kind} to {recipient}, {draft.count} person(s)"
    night.record(session, "notice composed", number, result)
    return notice


def _enclose(session: Session, night: Night, notice: Notice, parcel: Parcel) -> None:
    for name, content in parcel.beside.items():
        session.add(Enclosure(notice_id=notice.id, file_name=name, payload=night.keyring.seal(content, "notice")))


def _next_number(session: Session, night: Night) -> str:
    """Return CODE-YYYYMMDD-SEQ; the municipality's lock keeps two runs from taking the same one."""
    start = f"{night.code}-{night.as_of:%Y%m%d}-"
    taken = session.scalars(
        select(Notice.number).where(Notice.municipality == night.code, Notice.number.startswith(start))
    )
    last = max((int(number.removeprefix(start)) for number in taken), default=0)
    return f"{start}{last + 1:04}"
