"""Approvals: by whom, when, of which hash. One is enough, two different ones where four eyes are asked for."""

import getpass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Approval, CleaningPlan
from hervat.register.models.cleaning import READY, WAITING
from hervat.settings import System

_SHORTEST = 8


def approve(night: Night, given: str, by: str) -> CleaningPlan:
    """Record the approval of the plan whose hash is (or starts with) `given`. The next run executes it.

    Raises UsageError when no such plan waits, or the same person approves twice where four eyes are needed.
    """
    name = " ".join(by.split())
    if not name:
        raise UsageError("say who approves: --by NAME")
    with night.register.session() as session:
        plan = _waiting(session, night.code, given)
        system = night.municipality.system(plan.system)
        fresh = fresh_approvals(session, plan, system, night.as_of)
        if name.casefold() in fresh:
            raise UsageError(f"{name} has approved this plan already; another person must")
        session.add(
            Approval(municipality=night.code, plan_id=plan.id, by=name, account=getpass.getuser(), day=night.as_of)
        )
        if len(fresh) + 1 >= needed(system):
            plan.status = READY
        journal.record(session, night.code, name, "approved", f"plan {plan.hash[:12]}", plan.status, night.origin)
    return plan


def needed(system: System) -> int:
    """Return how many different persons must approve a plan for this system."""
    return 2 if system.four_eyes else 1


def fresh_approvals(session: Session, plan: CleaningPlan, system: System, day: date) -> set[str]:
    """Return the names (casefolded) whose approvals have not lapsed on `day`."""
    oldest = day - timedelta(days=system.approval_days)
    found = session.scalars(select(Approval.by).where(Approval.plan_id == plan.id, Approval.day >= oldest))
    return {name.casefold() for name in found}


def _waiting(session: Session, municipality: str, given: str) -> CleaningPlan:
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
        raise UsageError(f"{said} under the hash {given}; `hervat plan` shows the plans that wait")
    return found[0]
