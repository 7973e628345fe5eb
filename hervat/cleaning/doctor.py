"""Checks before plans are executed: who may approve them, a restore point, a first rehearsal."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import sshsig
from hervat.cleaning.approval_policy import needed
from hervat.cleaning.rehearsal import was_rehearsed
from hervat.register import EXECUTED, READY, WAITING
from hervat.register.models import CleaningPlan
from hervat.settings import Municipality, System


def approvals_flaws(municipality: Municipality) -> tuple[list[str], list[str]]:
    """Return what would prevent approvals of plans, and what is unwise about how they are given.

    Raises KeygenError and SignersUnreadable if signatures could not be verified at all.
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
        errors, warnings = sshsig.flaws(approvers, needed(system))
        failing += [f"system {system.name}: {text}" for text in errors]
        unwise += [f"system {system.name}: {text}" for text in warnings]
    return failing, unwise


def unready(session: Session, municipality: Municipality) -> list[str]:
    """Return a line for each system in which nothing was cleaned yet and that has no restore point."""
    query = select(CleaningPlan.system).where(
        CleaningPlan.municipality == municipality.code, CleaningPlan.status == EXECUTED
    )
    begun = set(session.scalars(query))
    return [
        f"system {system.name}: nothing was cleaned there yet and no restore point is recorded; make one (a backup"
        " that was tried) and write restore_point: YYYY-MM-DD"
        for system in _cleaned(municipality)
        if system.name not in begun and system.restore_point is None
    ]


def unrehearsed(session: Session, municipality: Municipality) -> list[str]:
    """Return a line for each system with a waiting plan, nothing cleaned yet, and no successful rehearsal."""
    query = select(CleaningPlan.system, CleaningPlan.status).where(CleaningPlan.municipality == municipality.code)
    plans = {tuple(row) for row in session.execute(query)}
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
