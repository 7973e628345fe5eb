"""The outbox: a notice and its statement about each person are written in one transaction, before the first attempt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from cryptography.x509 import Certificate
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.notices.envelope import read_certificate
from hervat.notices.facts import Facts
from hervat.notices.grounds import Group
from hervat.notices.letter import FOLDER
from hervat.notices.mail import message_id_of
from hervat.notices.parcel import Parcel, parcel_of
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked
from hervat.register import scope
from hervat.register.models import Enclosure, Notice
from hervat.register.models import Told as ToldRow


class Statement(NamedTuple):
    """A notice's statement about a person: what the party believes after it, the newest disclosure, the law."""

    told: str
    until: date | None = None
    law: str | None = None


@dataclass(frozen=True)
class NoticeDraft:
    """A notice without a number. persons: their entries in the file; told: key -> statement; count: of persons.

    unnamed: persons of that kind that it can't name. asked: what a supplier must do, and by when. groups: the grounds,
    with the number of persons of each.
    """

    kind: str
    persons: list[dict[str, Any]] = field(repr=False)
    told: Mapping[str, Statement] = field(repr=False)
    count: int
    unnamed: int = 0
    asked: Asked | None = None
    groups: tuple[Group, ...] = ()


def enqueue_all(session: Session, night: Night, recipient: Recipient, drafts: Iterable[NoticeDraft]) -> None:
    """Enqueue a recipient's notices, encrypted with its certificate. Raises HervatError."""
    certificate = read_certificate(recipient.certificate) if recipient.certificate else None
    for draft in drafts:
        enqueue(session, night, recipient, draft, certificate)


def enqueue(
    session: Session, night: Night, recipient: Recipient, draft: NoticeDraft, certificate: Certificate | None = None
) -> Notice:
    """Write a notice, due to be sent, with its bytes sealed; return it. Its number holds no personal data."""
    facts = _facts(session, night, recipient, draft)
    parcel = parcel_of(facts, certificate, night.settings.directory / FOLDER)
    notice = Notice(
        municipality=night.code,
        audience=recipient.audience,
        party=recipient.name,
        number=facts.number,
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
    _write_statements(session, notice, draft)
    night.record(session, "notice composed", notice.number, f"{draft.kind} to {recipient}, {draft.count} person(s)")
    return notice


def _facts(session: Session, night: Night, recipient: Recipient, draft: NoticeDraft) -> Facts:
    return Facts(
        municipality=night.municipality,
        recipient=recipient,
        number=_next_number(session, night),
        kind=draft.kind,
        day=night.as_of,
        persons=draft.persons,
        count=draft.count,
        asked=draft.asked,
        groups=draft.groups,
    )


def _write_statements(session: Session, notice: Notice, draft: NoticeDraft) -> None:
    rows = [
        {"notice_id": notice.id, "key": key, "told": said.told, "disclosed_until": said.until, "law": said.law}
        for key, said in sorted(draft.told.items())
    ]
    if rows:
        session.execute(insert(ToldRow), rows)


def _enclose(session: Session, night: Night, notice: Notice, parcel: Parcel) -> None:
    for name, content in parcel.beside.items():
        session.add(Enclosure(notice_id=notice.id, file_name=name, payload=night.keyring.seal(content, "notice")))


def _next_number(session: Session, night: Night) -> str:
    """Return CODE-YYYYMMDD-SEQ; the municipality's lock keeps two runs from taking the same number."""
    start = f"{night.code}-{night.as_of:%Y%m%d}-"
    taken = session.scalars(select(Notice.number).where(scope(Notice, night.code), Notice.number.startswith(start)))
    last = max((int(number.removeprefix(start)) for number in taken), default=0)
    return f"{start}{last + 1:04}"
