"""Approvals of plans: giving one, which of them count tonight, and plans that wait again because theirs do not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.account import account
from hervat.attribution import Signed, named
from hervat.cleaning.plans import Subject, note
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register import READY, WAITING
from hervat.register.models import Approval, CleaningPlan
from hervat.settings import Municipality, System


@dataclass(frozen=True)
class Counted:
    """The approvals that count, one a person, and why others (that have not lapsed) do not."""

    approvals: list[Approval] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The names (casefolded) of the persons whose approval counts."""
        return {one.by.casefold() for one in self.approvals}


def needed(system: System) -> int:
    """Return how many different persons must approve a plan for this system."""
    return 2 if system.four_eyes else 1


def counted(session: Session, plan: CleaningPlan, municipality: Municipality, day: date) -> Counted:
    """Return the approvals of a plan that count on `day`.

    Where there are approvers, each signature is verified again over the plan's hash as it is in the register: a row
    that somebody forged, a key that was taken out of the file or has expired, and a mere name count for nothing.
    Raises KeygenError and SignersUnreadable: nothing is known then.
    """
    system, found = municipality.system(plan.system), Counted()
    approvers = municipality.approvers_of(system)
    oldest = day - timedelta(days=system.approval_days)
    wanted = select(Approval).where(Approval.plan_id == plan.id, Approval.day >= oldest).order_by(Approval.id)
    for approval in session.scalars(wanted):
        why = None if approvers is None else _why_not(plan, approval, approvers)
        if why:
            found.refused.append(f"the approval by {approval.by} of {approval.day} does not count: {why}")
        elif approval.by.casefold() not in found.names:
            found.approvals.append(approval)
    return found


def _why_not(plan: CleaningPlan, approval: Approval, approvers: Path) -> str | None:
    if not approval.signature:
        return f"it has no signature, and {plan.system} is approved by signature now"
    try:
        signer = sshsig.verify(plan.hash, approval.signature, approvers)
    except sshsig.SignatureRefused as refused:
        return str(refused)
    return None if signer.name == approval.by else f"its signature is of {signer.name}"


def hold_unapproved(session: Session, subject: Subject, plan: CleaningPlan) -> None:
    """Let a plan wait again unless the approvals that it needs count at this moment; the night says why.

    Raises KeygenError and SignersUnreadable when that can't be known; then nothing may be executed.
    """
    night, system = subject.night, subject.system
    asked = plan.needs_approval or (system.approval == "required" and "policy")
    if plan.status != READY or not asked:
        return
    found = counted(session, plan, night.municipality, night.as_of)
    if len(found.names) >= needed(system):
        return
    plan.status, plan.needs_approval = WAITING, asked
    note(session, subject, plan, "an approval does not count" if found.refused else "approval lapsed")
    night.attention += [f"system {system.name}: plan {plan.hash[:12]}: {why}" for why in found.refused]


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
