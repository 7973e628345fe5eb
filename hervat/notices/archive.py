"""Notices that were sent, kept in the vault too: an older register that is put back learns there what was told to whom.

A notice's bytes, what it told of each person, and the disclosures that it answers, as one encrypted object.
"""

import json
from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, LargeBinary, Table, insert, select
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import DUE, SENT, among, scope
from hervat.register.models import DisclosedTo, Notice, Told
from hervat.vault import Vault

KIND = "notice"
_SEALED = {"payload": "notice", "bsn": "disclosure", "reference": "disclosure"}
Values = dict[str, Any]


def kept_numbers(night: Night) -> dict[str, str]:
    """Return number -> object id of the notices that the vault holds."""
    return {str(one.meta["number"]): one.id for one in _vault(night).objects(KIND)}


def keep_sent(night: Night) -> dict[str, str]:
    """Keep every notice that was sent and is not in the vault yet: told by hand, or sent before notices were kept.

    Return number -> object id of those that were in the vault already.
    """
    with night.register.session() as session:
        stored = select(Notice.id, Notice.number, Notice.status).where(scope(Notice, night.code))
        rows = session.execute(stored.order_by(Notice.id)).all()
    things = _vault(night).objects(KIND, ended_too=True) if rows else []  # what was destroyed is not kept again
    kept = {str(one.meta["number"]): one.id for one in things}
    for row in rows:
        if row.status == SENT and row.number not in kept:
            keep(night, row.id)
    return kept


def is_sent(night: Night, notice: Notice, kept: dict[str, str]) -> bool:
    """Say whether the vault holds this notice with the same bytes: then it was sent."""
    return notice.number in kept and _same(night, notice, _content(night, kept[notice.number])["notice"])


def keep(night: Night, notice_id: int) -> None:
    """Keep one notice, as it was just sent."""
    with night.register.session() as session:
        notice = session.get_one(Notice, notice_id)
        content = {
            "notice": _plain(night.keyring, Notice.__table__, notice),
            "told": [_plain(night.keyring, Told.__table__, row) for row in _told(session, notice)],
            "disclosures": _disclosures(session, night.keyring, notice),
        }
        meta = {"number": notice.number, "name": notice.file_name, "day": str(notice.sent_on or night.as_of)}
    with _vault(night).writer() as incoming:
        incoming.write(json.dumps(content).encode())
        incoming.commit(KIND, dict(meta))


def adopt_archived(night: Night, session: Session) -> tuple[int, list[str]]:
    """Make the register know every notice that the vault holds: return how many were new to it, and what can't be.

    One that the register believes due is marked as sent, when its bytes are the same.
    """
    known = {row.number: row for row in session.scalars(select(Notice).where(scope(Notice, night.code)))}
    adopted, strange = 0, []
    for number, object_id in kept_numbers(night).items():
        if number in known and known[number].status != DUE:
            continue
        content = _content(night, object_id)
        if number not in known:
            _insert(session, night, content)
        elif not _mark_sent(night, known[number], content["notice"]):
            strange.append(f"notice {number} was sent with other bytes than the register holds")
            continue
        adopted += 1
    return adopted, strange


def _vault(night: Night) -> Vault:
    return Vault(night.settings.vault, night.keyring)


def _told(session: Session, notice: Notice) -> list[Told]:
    return list(session.scalars(select(Told).where(Told.notice_id == notice.id).order_by(Told.key)))


def _disclosures(session: Session, keyring: Keyring, notice: Notice) -> list[Values]:
    """Return what the party had received of the persons whom a notice names."""
    told = select(Told.key).where(Told.notice_id == notice.id)
    wanted = select(DisclosedTo).where(
        scope(DisclosedTo, notice.municipality), DisclosedTo.party == notice.party, DisclosedTo.key.in_(told)
    )
    rows = session.scalars(wanted.order_by(DisclosedTo.id)) if notice.audience == "party" else ()
    return [_plain(keyring, DisclosedTo.__table__, row) for row in rows]


def _plain(keyring: Keyring, table: Any, row: Any) -> Values:
    """Return a row's columns as JSON holds them: days as text, sealed values opened, in base64. Never its number."""
    found: Values = {}
    for column in table.columns:
        value = getattr(row, column.name)
        if column.name in _SEALED and value is not None:
            value = b64encode(keyring.open(value, _SEALED[column.name])).decode()
        if column.name not in ("id", "notice_id"):
            found[column.name] = value.isoformat() if isinstance(value, date) else value
    return found


def _sealed(keyring: Keyring, table: Table, values: Values) -> Values:
    """Return the columns of a row from what `_plain` gave."""
    return {name: _column(keyring, table.columns[name], value) for name, value in values.items()}


def _column(keyring: Keyring, column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return keyring.seal(b64decode(value), _SEALED[column.name])
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _insert(session: Session, night: Night, content: Values) -> None:
    notices, told, disclosed = Notice.__table__, Told.__table__, DisclosedTo.__table__
    sealed = _sealed(night.keyring, notices, content["notice"])  # type: ignore[arg-type]
    notice = Notice(**sealed | {"status": SENT, "sent_on": sealed["sent_on"] or night.as_of})
    session.add(notice)
    session.flush()
    rows = [{"notice_id": notice.id, **_sealed(night.keyring, told, one)} for one in content["told"]]  # type: ignore[arg-type]
    if rows:
        session.execute(insert(Told), rows)
    fresh = _fresh(session, night.code, content["disclosures"])
    if fresh:
        session.execute(insert(DisclosedTo), [_sealed(night.keyring, disclosed, one) for one in fresh])  # type: ignore[arg-type]


def _fresh(session: Session, code: str, rows: list[Values]) -> list[Values]:
    """Return the disclosures that the register does not hold: they were captured after it was copied."""
    wanted = select(DisclosedTo.party, DisclosedTo.key, DisclosedTo.reference_key, DisclosedTo.provided_on).where(
        scope(DisclosedTo, code), among(DisclosedTo.key, {row["key"] for row in rows})
    )
    known = {(*row[:3], str(row[3])) for row in session.execute(wanted)}
    return [row for row in rows if (row["party"], row["key"], row["reference_key"], row["provided_on"]) not in known]


def _mark_sent(night: Night, notice: Notice, kept: Values) -> bool:
    if not _same(night, notice, kept):
        return False
    notice.status, notice.sent_on = SENT, date.fromisoformat(kept["sent_on"] or str(night.as_of))
    return True


def _same(night: Night, notice: Notice, kept: Values) -> bool:
    return night.keyring.open(notice.payload, "notice") == b64decode(kept["payload"])


def _content(night: Night, object_id: str) -> Values:
    with _vault(night).open(object_id) as stream:
        content: Values = json.loads(stream.read())
    return content
