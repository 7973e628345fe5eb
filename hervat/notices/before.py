"""The law in a notice of an earlier version: the register did not keep it then, but the notice's sealed bytes say it.

Bytes that can't be read (encrypted for the party, or a mail) stay without a law: the party is then told once more.
"""

import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.notices.recipients import Recipient
from hervat.notices.what_parties_know import marks_of
from hervat.register import scope
from hervat.register.models import Notice, Told
from hervat.settling import People

_LAWLESS = Told.told.in_(("resume", "resume13", "withdrawal_may")), Told.law.is_(None)
"""SQL conditions: a statement that goes with a law, without it."""


def told_without_law(session: Session, municipality: str) -> set[str]:
    """Return the parties in whose earlier notices a law may be read."""
    query = select(Notice.party).join(Told, Told.notice_id == Notice.id)
    return set(session.scalars(query.where(scope(Notice, municipality), Notice.audience == "party", *_LAWLESS)))


def learn_laws(session: Session, night: Night, recipient: Recipient, people: People) -> int:
    """Store the laws that can be read in a party's earlier notices; return the number of persons."""
    query = (
        select(Notice.id, Notice.payload)
        .join(Told, Told.notice_id == Notice.id)
        .where(
            scope(Notice, night.code),
            Notice.audience == recipient.audience,
            Notice.party == recipient.name,
            *_LAWLESS,
        )
        .distinct()
    )
    return sum(
        _learn(session, night, recipient, people, number, _laws(night.keyring.open(payload, "notice"), recipient.mark))
        for number, payload in session.execute(query).all()
    )


def _laws(content: bytes, mark: str) -> dict[str, str]:
    """Return mark -> law, as a notice says it; {} if it can't be read."""
    try:
        persons: list[dict[str, Any]] = json.loads(content)["persons"]
        return {person[mark]: person["law"] for person in persons if "law" in person}
    except (ValueError, KeyError, TypeError):
        return {}


def _learn(
    session: Session, night: Night, recipient: Recipient, people: People, number: int, laws: dict[str, str]
) -> int:
    if not laws:
        return 0
    keys = session.scalars(select(Told.key).where(Told.notice_id == number, Told.law.is_(None))).all()
    marks = marks_of(session, night.keyring, recipient, people, keys)
    laws_of = {key: {laws[mark] for mark in known if mark in laws} for key, known in marks.items()}
    rows = [{"notice_id": number, "key": key, "law": min(said)} for key, said in laws_of.items() if len(said) == 1]
    if rows:
        session.execute(update(Told), rows)
    return len(rows)
