"""Evidence for an auditor: what was told to whom, when, and what came back. Never about whom."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.register.models import JournalLine, Notice, Receipt

_SHOWN = (
    *("number", "audience", "party", "kind", "day", "persons", "unnamed", "status", "attempts", "sent_on"),
    *("received_on", "done_on", "answer", "failure", "due_on", "refers_to", "erased", "evidence"),
    *("file_name", "message_id"),
)
_CHUNK = 50  # payloads are opened for their digest


def evidence(
    session: Session, keyring: Keyring, party: str | None = None, number: str | None = None
) -> Iterable[dict[str, Any]]:
    """Yield each notice (of a party, or of one number): course, SHA-256 of its bytes, answers, journal."""
    wanted = select(Notice).where(Notice.municipality == keyring.code).order_by(Notice.id)
    if party is not None:
        wanted = wanted.where(Notice.party == party)
    if number is not None:
        wanted = wanted.where(Notice.number == number)
    for notices in session.scalars(wanted).partitions(_CHUNK):
        answers, lines = _answers(session, keyring, notices), _journal(session, keyring.code, notices)
        for notice in notices:
            yield {
                **{name: getattr(notice, name) for name in _SHOWN},
                "composed_at": notice.at,
                "sha256": _digest(keyring.open(notice.payload, "notice")),
                "answers": answers[notice.id],
                "journal": lines[notice.number],
            }


def _digest(content: bytes) -> str | None:
    """Return the SHA-256 of a notice, None of one whose bytes were destroyed when its round was closed."""
    return hashlib.sha256(content).hexdigest() if content else None


def _answers(session: Session, keyring: Keyring, notices: Iterable[Notice]) -> dict[int, list[dict[str, Any]]]:
    rows = session.scalars(
        select(Receipt).where(Receipt.notice_id.in_([one.id for one in notices])).order_by(Receipt.day, Receipt.id)
    )
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        shown = {name: getattr(row, name) for name in ("status", "day", "read_on", "way", "signed", "by")}
        reason = keyring.open(row.reason, "receipt").decode() if row.reason else None
        found[row.notice_id].append({**shown, "reason": reason})
    return found


def _journal(session: Session, code: str, notices: Iterable[Notice]) -> dict[str, list[dict[str, str]]]:
    rows = session.scalars(
        select(JournalLine)
        .where(JournalLine.municipality == code, JournalLine.object.in_([one.number for one in notices]))
        .order_by(JournalLine.seq)
    )
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row.object].append({name: getattr(row, name) for name in ("at", "actor", "action", "result", "origin")})
    return found
