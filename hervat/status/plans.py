"""The pending plans, with their approvals."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.cleaning import Counted, counted, needed, waiting_plans
from hervat.errors import HervatError
from hervat.register.models import Approval, CleaningPlan
from hervat.settings import Municipality, System
from hervat.status.register_counts import plans


@dataclass(frozen=True)
class Approvals:
    """needed: how many persons must approve (0: nobody). missing: how many still must; may: who in the file can.

    given and refused: the approvals that count, and why others do not. error: why they could not be verified.
    """

    needed: int = 0
    missing: int = 0
    given: list[dict[str, Any]] = field(default_factory=list)
    may: list[str] | None = None
    refused: list[str] = field(default_factory=list)
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the same for JSON."""
        return asdict(self)


def approvals_of(session: Session, plan: CleaningPlan, municipality: Municipality, day: date) -> Approvals:
    """Return the approvals of a plan on a day, with signatures verified now; a problem is in `error`."""
    if not plan.needs_approval:
        return Approvals()
    try:
        system = municipality.system(plan.system)
        approvals, asked = counted(session, plan, municipality, day), needed(system)
        may = _may(municipality, system, approvals)
    except HervatError as error:
        return Approvals(error=str(error))
    missing = max(0, asked - len(approvals.names))
    return Approvals(asked, missing, [_given(approval) for approval in approvals.approvals], may, approvals.refused)


def _given(approval: Approval) -> dict[str, Any]:
    return {
        "by": approval.by,
        "day": str(approval.day),
        "signed": approval.signature is not None,
        "fingerprint": approval.fingerprint,
    }


def _may(municipality: Municipality, system: System, approvals: Counted) -> list[str] | None:
    approvers = municipality.approvers_of(system)
    if approvers is None:
        return None
    return [name for name in sshsig.names(approvers) if name.casefold() not in approvals.names]


def whole_plans(session: Session, municipality: Municipality, day: date) -> list[dict[str, Any]]:
    """Return the pending plans for JSON.

    `content` is from when the plan was made; `approvals` and `restore_point` are of now.
    """
    points = {system.name: system.restore_point for system in municipality.systems}
    lines = {line.hash: line for line in plans(session, municipality)}
    return [
        {
            "municipality": municipality.code,
            **vars(lines[plan.hash]),
            "policy": plan.policy,
            "restore_point": points.get(plan.system),
            "approvals": approvals_of(session, plan, municipality, day).as_json(),
            "content": plan.content,
        }
        for plan in waiting_plans(session, municipality.code)
    ]
