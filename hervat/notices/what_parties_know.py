"""What a party knows: the persons it received, what it was told last, and the identifiers by which it knows them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.keyring import Keyring
from hervat.notices.obligations import Obligation, Received, ToldBefore, due
from hervat.notices.recipients import Recipient
from hervat.register import among, scope
from hervat.register.models import DisclosedTo, Notice
from hervat.register.models import Told as ToldRow
from hervat.settling import People


def received(session: Session, municipality: str, party: str) -> dict[str, Received]:
    """Return BSN pseudonym -> last days of disclosure and capture, for each person whose data a party received."""
    rows = session.execute(
        select(DisclosedTo.key, func.max(DisclosedTo.provided_on), func.max(DisclosedTo.captured_on))
        .where(scope(DisclosedTo, municipality), DisclosedTo.party == party)
        .group_by(DisclosedTo.key)
    )
    return {key: Received(until, captured) for key, until, captured in rows}


def last_told(session: Session, municipality: str, recipient: Recipient) -> dict[str, ToldBefore]:
    """Return key -> what a recipient was told last about a person, sent or not."""
    rows = session.execute(
        select(ToldRow.key, ToldRow.told, Notice.day, ToldRow.disclosed_until, ToldRow.law)
        .join(Notice, Notice.id == ToldRow.notice_id)
        .where(scope(Notice, municipality), Notice.audience == recipient.audience, Notice.party == recipient.name)
        .order_by(Notice.id)
    )
    return {key: ToldBefore(told, day, until, law) for key, told, day, until, law in rows}


def due_to(
    session: Session, municipality: str, recipient: Recipient, people: People
) -> tuple[dict[str, dict[str, Obligation]], dict[str, Received], dict[str, ToldBefore]]:
    """Return kind -> key -> what is due to a party; and what it received, and what it was told last."""
    got, last = received(session, municipality, recipient.name), last_told(session, municipality, recipient)
    obligations: dict[str, dict[str, Obligation]] = {}
    for key, data in got.items():
        for item in due(people.state_of(key), last.get(key), data):
            obligations.setdefault(item.kind, {})[key] = item
    return obligations, got, last


def marks_of(
    session: Session, keyring: Keyring, recipient: Recipient, people: People, keys: Iterable[str]
) -> dict[str, list[str]]:
    """Return key -> identifiers by which this party knows a person; a person without any is left out.

    A kenmerk that is or holds a BSN does not count: a party that may see no BSN never gets one in disguise.
    """
    marks: defaultdict[str, set[str]] = defaultdict(set)
    query = select(DisclosedTo.key, DisclosedTo.bsn, DisclosedTo.reference).where(
        scope(DisclosedTo, keyring.code),
        DisclosedTo.party == recipient.name,
        among(DisclosedTo.key, set(keys)),
    )
    for key, bsn, reference in session.execute(query):
        mark = _mark(keyring, recipient.mark, people, bsn, reference)
        if mark:
            marks[key].add(mark)
    return {key: sorted(known) for key, known in marks.items()}


def _mark(
    keyring: Keyring, mark: Literal["bsn", "reference", ""], people: People, bsn: bytes, reference: bytes | None
) -> str | None:
    if mark == "bsn":
        return keyring.open(bsn, "disclosure").decode()
    if mark == "" or reference is None:
        return None
    plain = keyring.open(reference, "disclosure").decode()
    own = keyring.open(bsn, "disclosure").decode()
    return None if _tells_bsn(keyring, people, plain, own) else plain


def _tells_bsn(keyring: Keyring, people: People, reference: str, own: str) -> bool:
    digits = "".join(filter(str.isdigit, reference))
    if own.lstrip("0") in digits:
        return True
    spelled = normalised(reference)
    return spelled is not None and keyring.pseudonym("bsn", spelled) in people.owner
