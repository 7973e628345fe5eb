"""Which approvals of a plan count: not lapsed, and signed by somebody who may. Looked at anew each time."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
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
