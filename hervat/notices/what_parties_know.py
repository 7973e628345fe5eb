"""What a party knows: the persons it received, what it was told last, and the identifiers by which it knows them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.keyring import Keyring
from hervat.notices.obligations import Obligation, Received, ToldBefore, due
from hervat.notices.recipients import Audience, Recipient
from hervat.register import among, scope
from hervat.register.models import DisclosedTo, Notice
from hervat.register.models import Told as ToldRow
from hervat.settling import People


@dataclass(frozen=True)
class Known:
    """What a party knows. received: BSN pseudonym -> days of a person's data; told: what it was told last about one."""

    received: Mapping[str, Received] = field(repr=False)
    told: Mapping[str, ToldBefore] = field(repr=False)


def known_to(session: Session, municipality: str, names: Collection[str]) -> dict[str, Known]:
    """Return party -> what it knows, read for all these parties at once."""
    got, told = _received(session, municipality, names), last_told(session, municipality, "party", names)
    return {name: Known(got[name], told[name]) for name in names}


def _received(session: Session, municipality: str, parties: Collection[str]) -> dict[str, dict[str, Received]]:
    """Return party -> key -> last days of disclosure and capture, for each person whose data it received."""
    rows = session.execute(
        select(DisclosedTo.party, DisclosedTo.key, func.max(DisclosedTo.provided_on), func.max(DisclosedTo.captured_on))
        .where(scope(DisclosedTo, municipality), DisclosedTo.party.in_(parties))
        .group_by(DisclosedTo.party, DisclosedTo.key)
    )
    days: dict[str, dict[str, Received]] = {party: {} for party in parties}
    for party, key, until, captured in rows:
        days[party][key] = Received(until, captured)
    return days


def last_told(
    session: Session, municipality: str, audience: Audience, names: Collection[str]
) -> dict[str, dict[str, ToldBefore]]:
    """Return recipient -> key -> what it was told last about a person, sent or not."""
    rows = session.execute(
        select(Notice.party, ToldRow.key, ToldRow.told, Notice.day, ToldRow.disclosed_until, ToldRow.law)
        .join(Notice, Notice.id == ToldRow.notice_id)
        .where(scope(Notice, municipality), Notice.audience == audience, Notice.party.in_(names))
        .order_by(Notice.id)
    )
    last: dict[str, dict[str, ToldBefore]] = {name: {} for name in names}
    for name, key, told, day, until, law in rows:
        last[name][key] = ToldBefore(told, day, until, law)
    return last


def due_to(known: Known, people: People) -> dict[str, dict[str, Obligation]]:
    """Return kind -> key -> what is due to a party."""
    obligations: dict[str, dict[str, Obligation]] = {}
    for key, data in known.received.items():
        for item in due(people.state_of(key), known.told.get(key), data):
            obligations.setdefault(item.kind, {})[key] = item
    return obligations


def marks_of(
    session: Session, keyring: Keyring, recipient: Recipient, people: People, keys: Iterable[str]
) -> dict[str, list[str]]:
    """Return key -> identifiers by which this party knows a person; a person without any is left out.

    A kenmerk that is or holds a BSN does not count: a party that may see no BSN never gets one in disguise.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    marks: defaultdict[str, set[str]] = defaultdict(set)
    query = select(DisclosedTo.key, DisclosedTo.bsn, DisclosedTo.reference).where(
        scope(DisclosedTo, keyring.code),
        DisclosedTo.party == recipient.name,
        among(DisclosedTo.key, wanted),
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
