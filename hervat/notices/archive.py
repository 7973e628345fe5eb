"""The archive of sent notices in the vault, from which an older register that is put back learns what was sent."""

from collections.abc import Mapping

from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.archived import ArchivedDisclosure, ArchivedLine, ArchivedNotice
from hervat.register import DUE, SENT, among, scope
from hervat.register.models import DisclosedTo, Notice, Told
from hervat.vault import Vault

KIND = "notice"


def keep_sent(night: Night, sent: Mapping[str, int]) -> dict[str, str]:
    """Archive every sent notice that is not in the vault yet: told by hand, or sent before there was an archive.

    sent: number -> id of all sent notices. Return number -> object id of the notices that were in the vault already.
    """
    # destroyed objects too: they are not archived again
    objects = _vault(night).objects(KIND, ended_too=True)
    archived = {str(object_.meta["number"]): object_.id for object_ in objects}
    for number, notice_id in sent.items():
        if number not in archived:
            with night.register.session() as session:
                notice = session.get_one(Notice, notice_id)
            keep(night, notice)
    return archived


def is_sent(night: Night, notice: Notice, archived: dict[str, str]) -> bool:
    """True if the vault holds this notice with the same bytes: then it was sent."""
    return notice.number in archived and _same(night, notice, _read(night, archived[notice.number]).notice)


def keep(night: Night, notice: Notice) -> None:
    """Archive one notice, as it was just sent."""
    with night.register.session() as session:
        told = list(session.scalars(select(Told).where(Told.notice_id == notice.id).order_by(Told.key)))
        content = ArchivedNotice.of(notice, told, _disclosures(session, notice), night.keyring)
    meta = {"number": notice.number, "name": notice.file_name, "day": str(notice.sent_on or night.as_of)}
    with _vault(night).writer() as incoming:
        incoming.write(content.model_dump_json().encode())
        incoming.commit(KIND, dict(meta))


def adopt_archived(night: Night, session: Session) -> tuple[int, list[str]]:
    """Put every archived notice into the register; return the number of new ones, and what can't be put in, in words.

    A notice that the register believes due is marked as sent, if its bytes are the same.
    """
    known = {row.number: row for row in session.scalars(select(Notice).where(scope(Notice, night.code)))}
    adopted, strange = 0, []
    for number, object_id in _numbers(night).items():
        if number in known and known[number].status != DUE:
            continue
        archived = _read(night, object_id)
        if number not in known:
            _insert(session, night, archived)
        elif not _mark_sent(night, known[number], archived.notice):
            strange.append(f"notice {number} was sent with other bytes than the register holds")
            continue
        adopted += 1
    return adopted, strange


def _vault(night: Night) -> Vault:
    return Vault(night.settings.vault, night.keyring)


def _numbers(night: Night) -> dict[str, str]:
    """Return number -> object id of the archived notices."""
    return {str(object_.meta["number"]): object_.id for object_ in _vault(night).objects(KIND)}


def _read(night: Night, object_id: str) -> ArchivedNotice:
    with _vault(night).open(object_id) as stream:
        content = stream.read()
    try:
        return ArchivedNotice.model_validate_json(content)
    except ValidationError:
        raise HervatError(f"object {object_id} of the vault is not a notice that this hervat can read") from None


def _disclosures(session: Session, notice: Notice) -> list[DisclosedTo]:
    """Return the disclosures to a party about the persons in a notice."""
    if notice.audience != "party":
        return []
    keys = select(Told.key).where(Told.notice_id == notice.id)
    query = select(DisclosedTo).where(
        scope(DisclosedTo, notice.municipality), DisclosedTo.party == notice.party, DisclosedTo.key.in_(keys)
    )
    return list(session.scalars(query.order_by(DisclosedTo.id)))


def _insert(session: Session, night: Night, archived: ArchivedNotice) -> None:
    columns = archived.notice.columns(night.keyring)
    notice = Notice(**columns | {"status": SENT, "sent_on": archived.notice.sent_on or night.as_of})
    session.add(notice)
    session.flush()
    rows = [{"notice_id": notice.id, **statement.columns(night.keyring)} for statement in archived.told]
    if rows:
        session.execute(insert(Told), rows)
    new = _new_disclosures(session, night.code, archived.disclosures)
    if new:
        session.execute(insert(DisclosedTo), [disclosure.columns(night.keyring) for disclosure in new])


def _new_disclosures(
    session: Session, code: str, disclosures: tuple[ArchivedDisclosure, ...]
) -> list[ArchivedDisclosure]:
    """Return the disclosures that the register lacks: they were captured after it was copied."""
    query = select(DisclosedTo.party, DisclosedTo.key, DisclosedTo.reference_key, DisclosedTo.provided_on).where(
        scope(DisclosedTo, code), among(DisclosedTo.key, {disclosure.key for disclosure in disclosures})
    )
    known = set(session.execute(query).tuples())
    return [row for row in disclosures if (row.party, row.key, row.reference_key, row.provided_on) not in known]


def _mark_sent(night: Night, notice: Notice, archived: ArchivedLine) -> bool:
    if not _same(night, notice, archived):
        return False
    notice.status, notice.sent_on = SENT, archived.sent_on or night.as_of
    return True


def _same(night: Night, notice: Notice, archived: ArchivedLine) -> bool:
    return night.keyring.open(notice.payload, "notice") == archived.payload
