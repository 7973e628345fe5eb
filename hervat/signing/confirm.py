"""Who decides, proven: the signer of the decision's text if the municipality has approvers, else a typed name."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.attribution import Signed, VerifiedSignature, one_line, signed
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Signature, utc_now
from hervat.signing.roles import ACTIONS, ROLES

Sign = Callable[[str, str], str]
"""Returns the armored signature of (text, namespace)."""


@dataclass(frozen=True)
class Matter:
    """What is decided. action: of `ACTIONS`. thing: what it is about, as in the journal.

    content: all of the decision; numbers, codes and digests, never a pseudonym or personal data, for it is kept.
    """

    action: str
    thing: str
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """The content as it is digested and kept."""
        return json.dumps(self.content, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    def text(self, code: str) -> str:
        """Return the text that is signed, on one line. code: the municipality's."""
        return text_of(self.action, self.thing, code, self.digest)


def text_of(action: str, thing: str, code: str, digest: str) -> str:
    """Return the text of a decision as it is signed: `hervat ACTION THING MUNICIPALITY DIGEST`."""
    return f"hervat {action} {thing} {code} {digest}"


def confirmed(night: Night, matter: Matter, by: str, reason: str, sign: Sign | None = None) -> Signed:
    """Return who decides, with a reason; with approvers their signature over the decision and the reason as a proof.

    `night.record` keeps the proof with the line of the decision. Call it before a transaction: `sign` may wait for a
    passphrase. Raises UsageError as `signed` does and for a signature without approvers; SignatureRefused without a
    signature (it holds the text to sign), for one that does not hold or of another role, or if `by` is not the
    signer; KeygenError, SignersUnreadable.
    """
    approvers = night.municipality.approvers
    if approvers is None:
        if sign is not None:
            raise UsageError("there are no approvers to check a key against; add approvers: FILE to hervat.yaml")
        return signed(by, reason)
    why = signed("the signer", reason).reason
    whole = replace(matter, content={**matter.content, "reason": why})
    text, namespace = whole.text(night.code), ROLES[ACTIONS[matter.action]]
    if sign is None:
        raise sshsig.SignatureRefused(_asked(matter.action, namespace, text))
    armored = sign(text, namespace)
    signer = sshsig.verify(text, armored, approvers, namespace)
    if by.strip() and same(one_line(by, "the name")) != same(signer.name):
        raise sshsig.SignatureRefused(f"the key is {signer.name}'s; leave --by out")
    role = ACTIONS[matter.action]
    proof = VerifiedSignature(
        matter.action, matter.thing, role, whole.canonical, armored, signer.fingerprint, utc_now()
    )
    return replace(signed(signer.name, why), proof=proof)


def _asked(action: str, namespace: str, text: str) -> str:
    return (
        f"`hervat {action}` takes a signature here: sign with your own key (--key FILE), or give --signature FILE, made"
        f" by `ssh-keygen -Y sign -n {namespace}` over exactly this text: {text}"
    )


def signers(session: Session, night: Night, action: str, thing: str) -> set[str]:
    """Return the names (as `same` makes them) of those who signed this; a key that signed is of one name."""
    query = select(Signature.by).where(
        scope(Signature, night.code), Signature.action == action, Signature.thing == thing
    )
    return set(map(same, session.scalars(query)))


def is_confirmed(session: Session, night: Night, action: str, thing: str, name: str) -> bool:
    """True if a person's decision of before counts now: there are no approvers, or their signature was kept."""
    return night.municipality.approvers is None or same(name) in signers(session, night, action, thing)
