"""A line a local system: how many corrected persons are proven clean there, how many still stand, who waits."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.delivery import GateFacts
from hervat.night import Night
from hervat.overview.standing import cleaned_before, cleaning
from hervat.register.models import CleaningPlan
from hervat.register.models.cleaning import EXECUTED
from hervat.report.model import SystemLine
from hervat.settings import System


def system_lines(session: Session, night: Night, facts: GateFacts) -> list[SystemLine]:
    """Return a line for each system of the municipality, as it stands now."""
    done = cleaning(session, night.code)
    return [_line(session, night, facts, system, done.get(system.name, {})) for system in night.municipality.systems]


def _line(session: Session, night: Night, facts: GateFacts, system: System, done: dict[str, int]) -> SystemLine:
    corrected = len(facts.people.in_state("corrected"))
    standing = facts.standing_in(system.name)
    return SystemLine(
        name=system.name,
        kind="database" if system.database else "supplier" if system.supplier else "files",
        policy=system.policy,
        corrected=corrected,
        proven=_proven(facts, system, corrected, standing),
        standing=len(standing),
        set_aside=facts.unsure_in(system.name),
        waiting=done.get("waiting", 0),
        reappeared=len(standing & cleaned_before(session, night.code, system.name)),
        cleaned=done.get("cleaned", 0),
        **_last_plan(session, night.code, system.name),
        error=facts.error_of(system.name),
    )


def _proven(facts: GateFacts, system: System, corrected: int, standing: frozenset[str]) -> int | None:
    if facts.error_of(system.name):
        return None
    if system.supplier:
        waiting = facts.supplier_unconfirmed.get(system.name)
        return None if waiting is None else corrected - min(corrected, len(waiting))
    return corrected - len(standing)


def _last_plan(session: Session, code: str, system: str) -> dict[str, Any]:
    """Return the shared and stranded rows that the last executed plan counted."""
    wanted = (
        select(CleaningPlan.content)
        .where(CleaningPlan.municipality == code, CleaningPlan.system == system, CleaningPlan.status == EXECUTED)
        .order_by(CleaningPlan.id.desc())
    )
    content = session.scalars(wanted).first() or {}
    return {"shared": content.get("shared", {}), "stranded": content.get("stranded", {})}
