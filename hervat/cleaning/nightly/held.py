"""Plans that are ready and yet may not be executed: their approvals do not count (any more), so they wait again."""

from sqlalchemy.orm import Session

from hervat.cleaning.nightly.counted import counted, needed
from hervat.cleaning.nightly.plans import Subject, note
from hervat.register.models import CleaningPlan
from hervat.register.models.cleaning import READY, WAITING


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
