"""Verify each kept signature again, and find decisions of two names that lack one."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.named import same
from hervat.register import scope
from hervat.register.models import JournalLine, Signature
from hervat.settings import Municipality
from hervat.signing.confirm import text_of
from hervat.signing.recorded import DECIDED, Recorded, opened, other_things
from hervat.signing.roles import ACTIONS, ROLES

_MARK = ", signed with "
_SIGNED = re.compile(f"{_MARK}(SHA256:[A-Za-z0-9+/]+)$")


def wrong_signatures(session: Session, municipality: Municipality) -> list[str]:
    """Return what is wrong: signatures that do not hold, are missing, or of one key under two names.

    A key counts if it did at the moment of the signature: of who left it stays in the file, with `valid-before`. What
    was decided before the first signature was decided by names. Raises KeygenError and SignersUnreadable.
    """
    code = municipality.code
    kept = session.scalars(select(Signature).where(scope(Signature, code)).order_by(Signature.id)).all()
    problems = [*_unlike_journal(session, code, kept), *_of_one_key(kept)]
    problems += [f"its signature of {row.at:%Y-%m-%d} {why}" for row in kept if (why := _why(municipality, row))]
    if kept:
        since = min(row.at for row in kept)
        recorded = (item for read in DECIDED.values() for item in read(session, code) if item.at >= since)
        problems += _unsigned(kept, recorded, other_things(session, code))
    return [f"signatures of {code}: {problem}" for problem in problems]


def _why(municipality: Municipality, row: Signature) -> str | None:
    """Return why a signature does not hold; None if it does."""
    about = f"by {row.by} ({row.action} {row.thing})"
    if hashlib.sha256(row.content.encode()).hexdigest() != row.digest or ACTIONS.get(row.action) != row.role:
        return f"{about} is over something else"
    if municipality.approvers is None:
        return f"{about} can't be verified: hervat.yaml has no approvers any more"
    text = text_of(row.action, row.thing, row.municipality, row.digest)
    try:
        signer = sshsig.verify(text, row.signature, municipality.approvers, ROLES[row.role], row.at)
    except sshsig.SignatureRefused as refused:
        return f"{about}: {refused}"
    right = same(signer.name) == same(row.by) and signer.fingerprint == row.fingerprint
    return None if right else f"{about} is of {signer.name}, {signer.fingerprint}"


def _unlike_journal(session: Session, code: str, kept: Any) -> Iterator[str]:
    """Yield what differs between the kept signatures and the journal's lines of decisions that were signed."""
    query = select(JournalLine.actor, JournalLine.result).where(
        scope(JournalLine, code), JournalLine.result.contains(_MARK), JournalLine.action != "approved"
    )
    ends = [(actor, _SIGNED.search(result)) for actor, result in session.execute(query)]
    told = Counter((actor, end[1]) for actor, end in ends if end)
    held = Counter((row.by, row.fingerprint) for row in kept)
    for (name, key), count in sorted((told - held).items()):
        yield f"{count} of {name} with {key} in the journal are missing"
    for (name, key), count in sorted((held - told).items()):
        yield f"{count} of {name} with {key} are not in the journal"


def _of_one_key(kept: Any) -> Iterator[str]:
    names: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in kept:
        names[row.action, row.thing, row.fingerprint].add(same(row.by))
    for (action, thing, key), signers in sorted(names.items()):
        if len(signers) > 1:
            yield f"{action} {thing} is signed by {' and '.join(sorted(signers))} with one key, {key}"


def _unsigned(kept: Any, recorded: Iterator[Recorded], moved: set[str]) -> Iterator[str]:
    """Yield the decisions with a name that did not sign it. moved: persons whose decisions may bear another number."""
    contents: defaultdict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in kept:
        contents[row.action, row.thing, same(row.by)].append(opened(row.content))
    for item in recorded:
        for name in item.names:
            things = {item.thing, *(moved if item.is_of_person else ())}
            signed = [content for thing in things for content in contents[item.action, thing, same(name)]]
            if not any(item.is_of(content) for content in signed):
                yield f"{f'{item.action} {item.thing}'.rstrip()}: the decision of {name} is not signed"
