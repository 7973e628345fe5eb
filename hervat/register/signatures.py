"""Signatures of decisions: kept in the transaction of the decision."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, VerifiedSignature
from hervat.errors import UsageError
from hervat.named import same
from hervat.register.conditions import scope
from hervat.register.models import Signature


def keep_signature(session: Session, code: str, who: Signed, proof: VerifiedSignature) -> None:
    """Keep a person's signature. Raises UsageError if its key signed the same thing under another name."""
    query = select(Signature.by).where(
        scope(Signature, code),
        Signature.action == proof.action,
        Signature.thing == proof.thing,
        Signature.fingerprint == proof.fingerprint,
    )
    other = next((name for name in session.scalars(query) if same(name) != same(who.by)), None)
    if other is not None:
        raise UsageError(f"this key has signed it already, as {other}: two persons are two names and two keys")
    session.add(
        Signature(
            municipality=code,
            action=proof.action,
            thing=proof.thing,
            role=proof.role,
            by=who.by,
            content=proof.content,
            digest=hashlib.sha256(proof.content.encode()).hexdigest(),
            fingerprint=proof.fingerprint,
            signature=proof.signature,
            at=proof.at,
        )
    )
