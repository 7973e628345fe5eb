"""Approvals of plans: giving one, which of them count tonight, and plans that wait again for one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.acting import account
from hervat.attribution import Signed, named
from hervat.cleaning.approval_policy import needed
from hervat.cleaning.plans import on_hold_in
from hervat.cleaning.system_night import SystemNight
from hervat.errors import UsageError
from hervat.night import Night
from hervat.plural import plural
from hervat.register import READY, WAITING
from hervat.register.models import Approval, CleaningPlan
from hervat.settings import Municipality


@dataclass(frozen=True)
class Counted:
    """The approvals that count, one for each person, and why others (that have not lapsed) do not."""

    approvals: list[Approval] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The names (casefolded) of the persons whose approval counts."""
        return {approval.by.casefold() for approval in self.approvals}


def counted(session: Session, plan: CleaningPlan, municipality: Municipality, day: date) -> Counted:
    """Return the approvals of a plan that count on `day`.

    If there are approvers, each signature is verified again over the plan's hash in the register: a forged row, a key
    that was removed from the file or has expired, and a name without a signature do not count.
    Raises KeygenError and SignersUnreadable if that can't be known.
    """
    system, counting = municipality.system(plan.system), Counted()
    approvers = municipality.approvers_of(system)
    oldest = day - timedelta(days=system.approval_days)
    query = select(Approval).where(Approval.plan_id == plan.id, Approval.day >= oldest).order_by(Approval.id)
    for approval in session.scalars(query):
        reason = None if approvers is None else _why_not(plan, approval, approvers)
        if reason:
            counting.refused.append(f"the approval by {approval.by} of {approval.day} does not count: {reason}")
        elif approval.by.casefold() not in counting.names:
            counting.approvals.append(approval)
    return counting


def _why_not(plan: CleaningPlan, approval: Approval, approvers: Path) -> str | None:
    if not approval.signature:
        return f"it has no signature, and {plan.system} is approved by signature now"
    try:
        signer = sshsig.verify(plan.hash, approval.signature, approvers)
    except sshsig.SignatureRefused as refused:
        return str(refused)
    return None if signer.name == approval.by else f"its signature is of {signer.name}"


def hold_unapproved(session: Session, system_night: SystemNight, plan: CleaningPlan) -> None:
    """Let a ready plan wait again unless it has the approvals that it needs now; the night's attention says why.

    Raises KeygenError and SignersUnreadable if that can't be known; then nothing may be executed.
    """
    night, system = system_night.night, system_night.system
    reason = plan.needs_approval or (system.approval == "required" and "policy")
    if plan.status != READY or not reason:
        return
    counting = counted(session, plan, night.municipality, night.as_of)
    if len(counting.names) >= needed(system):
        return
    plan.status, plan.needs_approval = WAITING, reason
    result = "an approval does not count" if counting.refused else "approval lapsed"
    system_night.record(session, plan, result)
    night.attention += [f"system {system.name}: plan {plan.hash[:12]}: {why}" for why in counting.refused]


_MIN_PREFIX = 8
Sign = Callable[[str], str]


class NoSuchPlan(UsageError):
    """No waiting plan of this municipality has that hash."""


@dataclass(frozen=True)
class Approved:
    """The result of an approval: the plan, its status now (ready, or waiting for a second person), and who approved."""

    hash: str
    system: str
    status: str
    by: str
    fingerprint: str | None


@dataclass(frozen=True)
class _Approver:
    signed: Signed
    signature: str | None = None
    fingerprint: str | None = None


def approve(night: Night, prefix: str, by: str = "", sign: Sign | None = None) -> Approved:
    """Record the approval of the plan whose hash is (or starts with) `prefix`. The next run executes it.

    sign: returns the armored signature over a (whole) hash, for a system with `approvers`; the signer is the approver,
    and `by` may be left out. Raises NoSuchPlan, SignatureRefused, KeygenError, and UsageError if nobody is named, or
    the same person approves twice where two persons are needed.
    """
    with night.register.session() as session:
        plan = waiting_plan(session, night.code, prefix)
        _refuse_on_hold(session, plan, night.as_of)
    approver = _approver(night, plan, " ".join(by.split()), sign)  # may wait for a passphrase: no open transaction
    with night.register.session() as session:
        return _record(session, night, waiting_plan(session, night.code, plan.hash), approver)


def _refuse_on_hold(session: Session, plan: CleaningPlan, day: date) -> None:
    count = on_hold_in(session, plan, day)
    if count:
        who = plural(count, "person in this plan is", "persons in this plan are")
        raise UsageError(f"{who} on hold: the next night voids it, and makes one for the others")


def _approver(night: Night, plan: CleaningPlan, by: str, sign: Sign | None) -> _Approver:
    approvers = night.municipality.approvers_of(night.municipality.system(plan.system))
    if approvers is None:
        return _by_name(plan, by, sign)
    if sign is None:
        raise sshsig.SignatureRefused(
            f"{plan.system} is approved by signature: sign with your own key, `hervat approve {plan.hash[:12]}"
            f" --key FILE`, or give --signature FILE, made by `ssh-keygen -Y sign -n {sshsig.NAMESPACE}`"
        )
    signature = sign(plan.hash)
    signer = sshsig.verify(plan.hash, signature, approvers)
    if by and by.casefold() != signer.name.casefold():
        raise sshsig.SignatureRefused(f"the key is {signer.name}'s; leave --by out")
    return _Approver(named(signer.name), signature, signer.fingerprint)


def _by_name(plan: CleaningPlan, by: str, sign: Sign | None) -> _Approver:
    if sign is not None:
        raise UsageError(
            f"{plan.system} has no approvers to check a key against; add approvers: FILE to hervat.yaml,"
            " or approve by name: --by NAME"
        )
    return _Approver(named(by))


def _record(session: Session, night: Night, plan: CleaningPlan, approver: _Approver) -> Approved:
    name, count = approver.signed.by, needed(night.municipality.system(plan.system))
    names = counted(session, plan, night.municipality, night.as_of).names
    if name.casefold() in names and (plan.status == READY or len(names) < count):
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
    plan.status = READY if len(names | {name.casefold()}) >= count else WAITING
    result = f"{plan.status}, signed with {approver.fingerprint}" if approver.signature else plan.status
    night.record(session, "approved", f"plan {plan.hash[:12]}", result, by=approver.signed)
    return Approved(plan.hash, plan.system, plan.status, name, approver.fingerprint)


def waiting_plan(session: Session, municipality: str, prefix: str) -> CleaningPlan:
    """Return the waiting plan whose hash is (or starts with) `prefix`. Raises NoSuchPlan and UsageError."""
    if len(prefix) < _MIN_PREFIX or not all(character in "0123456789abcdef" for character in prefix):
        raise UsageError(f"give the plan's hash, at least its first {_MIN_PREFIX} characters; `hervat plan` shows it")
    plans = session.scalars(
        select(CleaningPlan).where(
            CleaningPlan.municipality == municipality,
            CleaningPlan.status.in_([WAITING, READY]),
            CleaningPlan.hash.startswith(prefix, autoescape=True),
        )
    ).all()
    if len(plans) != 1:
        message = "no plan waits" if not plans else f"{len(plans)} plans wait"
        raise NoSuchPlan(f"{message} under the hash {prefix}; `hervat plan` shows the plans that wait")
    return plans[0]
