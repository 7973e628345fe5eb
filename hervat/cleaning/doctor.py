"""What the doctor asks before plans are executed: who may approve them, a restore point and a rehearsal first."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.cleaning.approvals import needed
from hervat.cleaning.rehearsal import was_rehearsed
from hervat.register import EXECUTED, READY, WAITING
from hervat.register.models import CleaningPlan
from hervat.settings import Municipality, System


def approvals_flaws(municipality: Municipality) -> tuple[list[str], list[str]]:
    """Return what would keep plans from being approved, and what is unwise about how they are.

    Raises KeygenError and SignersUnreadable where signatures could not be verified at all.
    """
    failing: list[str] = []
    unwise: list[str] = []
    for system in _cleaned(municipality):
        approvers = municipality.approvers_of(system)
        if approvers is None:
            unwise.append(
                f"system {system.name}: an approval is a name that anybody can type; approvers: FILE asks for a"
                " signature (docs/how-to/approve.md)"
            )
            continue
        sshsig.usable()
        wrong, strange = sshsig.flaws(approvers, needed(system))
        failing += [f"system {system.name}: {text}" for text in wrong]
        unwise += [f"system {system.name}: {text}" for text in strange]
    return failing, unwise


def unready(session: Session, municipality: Municipality) -> list[str]:
    """Return the systems in which nothing was cleaned yet and for which no restore point is recorded."""
    done = select(CleaningPlan.system).where(
        CleaningPlan.municipality == municipality.code, CleaningPlan.status == EXECUTED
    )
    begun = set(session.scalars(done))
    return [
        f"system {system.name}: nothing was cleaned there yet and no restore point is recorded; make one (a backup"
        " that was tried) and write restore_point: YYYY-MM-DD"
        for system in _cleaned(municipality)
        if system.name not in begun and system.restore_point is None
    ]


def unrehearsed(session: Session, municipality: Municipality) -> list[str]:
    """Return the systems in which a plan waits, nothing was cleaned yet, and no rehearsal went well."""
    found = select(CleaningPlan.system, CleaningPlan.status).where(CleaningPlan.municipality == municipality.code)
    plans = {tuple(row) for row in session.execute(found)}
    return [
        f"system {system.name}: a plan waits, nothing was cleaned there yet, and no plan was ever rehearsed there:"
        " hervat plan --rehearse"
        for system in _cleaned(municipality)
        if {(system.name, WAITING), (system.name, READY)} & plans
        and (system.name, EXECUTED) not in plans
        and not was_rehearsed(session, municipality.code, system.name)
    ]


def _cleaned(municipality: Municipality) -> Iterator[System]:
    return (system for system in municipality.databases if system.policy != "retain")
