"""How a party's notices name a person: by BSN for one that has a certificate, else by its own kenmerk."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.bsn import normalised
from hervat.keyring import Keyring
from hervat.notices.recipients import Recipient
from hervat.register.among import among
from hervat.register.models import DisclosedTo
from hervat.register.people import People


def marks_of(
    session: Session, keyring: Keyring, recipient: Recipient, people: People, keys: Iterable[str]
) -> dict[str, list[str]]:
    """Return, for these persons, the marks by which this party knows each; one who has none is left out.

    A kenmerk that is or holds a BSN is no kenmerk: who may see no BSN gets it in no disguise either.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    wanted = select(DisclosedTo.key, DisclosedTo.bsn, DisclosedTo.reference).where(
        DisclosedTo.municipality == keyring.code,
        DisclosedTo.party == recipient.name,
        among(DisclosedTo.key, set(keys)),
    )
    for key, bsn, reference in session.execute(wanted):
        mark = _mark(keyring, recipient.mark, people, bsn, reference)
        if mark:
            found[key].add(mark)
    return {key: sorted(marks) for key, marks in found.items()}


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
