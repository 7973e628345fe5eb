"""Approving a plan: by a name or, where the gemeente has `approvers`, by a signature over the plan's hash."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.account import account
from hervat.attribution import Signed, named
from hervat.cleaning.nightly.counted import counted, needed
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Approval, CleaningPlan
from hervat.register.models.cleaning import READY, WAITING

_SHORTEST = 8
Sign = Callable[[str], str]


class NoSuchPlan(UsageError):
    """No plan waits under that hash, here."""


@dataclass(frozen=True)
class Approved:
    """What an approval came to: the plan, its status now (ready, or waiting for a second person), and who approved."""

    hash: str
    system: str
    status: str
    by: str
    fingerprint: str | None


@dataclass(frozen=True)
class _Approver:
    who: Signed
    signature: str | None = None
    fingerprint: str | None = None


def approve(night: Night, given: str, by: str = "", sign: Sign | None = None) -> Approved:
    """Record the approval of the plan whose hash is (or starts with) `given`. The next run executes it.

    `sign` gives the armored signature over a (whole) hash, where the system has `approvers`; who signed is who
    approves, and `by` may be left out. Raises NoSuchPlan, SignatureRefused, KeygenError, and UsageError when nobody
    is named, or the same person approves twice where four eyes are needed.
    """
    with night.register.session() as session:
        plan = waiting_plan(session, night.code, given)
    approver = _approver(night, plan, " ".join(by.split()), sign)  # may wait for a passphrase: no transaction is open
    with night.register.session() as session:
        return _record(session, night, waiting_plan(session, night.code, plan.hash), approver)


def _approver(night: Night, plan: CleaningPlan, by: str, sign: Sign | None) -> _Approver:
    approvers = night.municipality.approvers_of(night.municipality.system(plan.system))
    if approvers is None:
        return _named(plan, by, sign)
    if sign is None:
        raise sshsig.SignatureRefused(
            f"{plan.system} is approved by signature: sign with your own key, `hervat approve {plan.hash[:12]}"
            f" --key FILE`, or give --signature FILE, made by `ssh-keygen -Y sign -n {sshsig.NAMESPACE}`"
        )
    signature = sign(plan.hash)
    signer = sshsig.verify(plan.hash, signature, approvers)
    if by and by.casefold() != signer.name.casefold():
        raise sshsig.SignatureRefused(f"the key is {signer.name}'s and no other's; leave --by out")
    return _Approver(named(signer.name), signature, signer.fingerprint)


def _named(plan: CleaningPlan, by: str, sign: Sign | None) -> _Approver:
    if sign is not None:
        raise UsageError(
            f"{plan.system} has no approvers, so no key can be held against them; add approvers: FILE to hervat.yaml,"
            " or approve by name: --by NAME"
        )
    return _Approver(named(by))


def _record(session: Session, night: Night, plan: CleaningPlan, approver: _Approver) -> Approved:
    name, asked = approver.who.by, needed(night.municipality.system(plan.system))
    names = counted(session, plan, night.municipality, night.as_of).names
    if name.casefold() in names and (plan.status == READY or len(names) < asked):
        raise UsageError(f"{name} has approved this plan already; another person must")
    session.add(
        Approval(
            municipality=night.code,
            plan_id=plan.id,
            by=name,
            account=account(),
            day=night.as_of,
            signature=approver.signature,
            fingerprint=approver.fingerprint,
        )
    )
    plan.status = READY if len(names | {name.casefold()}) >= asked else WAITING
    told = f"{plan.status}, signed with {approver.fingerprint}" if approver.signature else plan.status
    night.record(session, "approved", f"plan {plan.hash[:12]}", told, by=approver.who)
    return Approved(plan.hash, plan.system, plan.status, name, approver.fingerprint)


def waiting_plan(session: Session, municipality: str, given: str) -> CleaningPlan:
    """Return the plan that waits whose hash is (or starts with) `given`. Raises NoSuchPlan and UsageError."""
    if len(given) < _SHORTEST or not all(character in "0123456789abcdef" for character in given):
        raise UsageError(f"give the plan's hash, at least its first {_SHORTEST} characters; `hervat plan` shows it")
    found = session.scalars(
        select(CleaningPlan).where(
            CleaningPlan.municipality == municipality,
            CleaningPlan.status.in_([WAITING, READY]),
            CleaningPlan.hash.startswith(given, autoescape=True),
        )
    ).all()
    if len(found) != 1:
        said = "no plan waits" if not found else f"{len(found)} plans wait"
        raise NoSuchPlan(f"{said} under the hash {given}; `hervat plan` shows the plans that wait")
    return found[0]
