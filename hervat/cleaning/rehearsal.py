"""Rehearse waiting plans: execute each with every check, and roll it back."""

import time
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.acting import account
from hervat.cleaning.approvals import waiting_plan
from hervat.cleaning.plans import persons_in, waiting_plans
from hervat.cleaning.system_night import set_aside_of, subjects_of
from hervat.erasure import (
    BlockedError,
    ChangedError,
    ExecutionOutcome,
    LocalSystem,
    Persons,
    execute,
    may_grow,
    open_system,
    triggers_met,
    unseen,
)
from hervat.errors import redacted
from hervat.night import Night
from hervat.register.models import CleaningPlan, JournalLine
from hervat.settling import People, bsns_of, read_people

_ACTION, _WELL = "rehearsed", "it would go"


@dataclass(frozen=True)
class Rehearsed:
    """The result of one rehearsal: counts by table and column, seconds, and what a rehearsal can't show (`unseen`).

    error: why the execution would fail; the counts are empty then. held: the seconds of its longest transaction.
    """

    municipality: str
    system: str
    hash: str
    persons: int
    error: str | None
    rows: dict[str, int] = field(default_factory=dict)
    nulled: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    transactions: int = 0
    seconds: float = 0.0
    held: float = 0.0
    unseen: tuple[str, ...] = ()

    @property
    def goes(self) -> bool:
        """True if the execution would succeed."""
        return self.error is None


def rehearse(night: Night, prefix: str | None = None) -> list[Rehearsed]:
    """Rehearse every waiting plan, or the one whose hash is (or starts with) `prefix`. Changes nothing in a system.

    Each adds a line to the journal. A plan that would fail does not stop the others. Raises NoSuchPlan and UsageError.
    """
    with night.register.session() as session:
        plans = [waiting_plan(session, night.code, prefix)] if prefix else waiting_plans(session, night.code)
        people = read_people(session, night.code, night.settler, night.as_of)
        persons = [_persons(session, night, people, plan) for plan in plans]
    results = []
    for plan, (count, corrected) in zip(plans, persons, strict=True):
        night.log(f"rehearsing plan {plan.hash[:12]} of {plan.system}")
        results.append(_rehearse(night, plan, count, corrected))
        with night.register.session() as session:
            thing = f"plan {plan.hash[:12]} of {plan.system}"
            result = f"{_WELL}; rolled back" if results[-1].goes else "it would not go; rolled back"
            journal.record(session, night.code, account(), _ACTION, thing, result, night.origin, night.acting)
    return results


def was_rehearsed(session: Session, municipality: str, system: str) -> bool:
    """True if the journal has a successful rehearsal of a plan of this system."""
    query = select(JournalLine.seq).where(
        JournalLine.municipality == municipality,
        JournalLine.action == _ACTION,
        JournalLine.object.endswith(f" of {system}", autoescape=True),
        JournalLine.result.startswith(_WELL, autoescape=True),
    )
    return session.scalars(query.limit(1)).first() is not None


def _persons(session: Session, night: Night, people: People, plan: CleaningPlan) -> tuple[int, Persons]:
    """Return how many persons a plan has, and the BSNs of those for whom it may still be executed."""
    keys, subjects = persons_in(session, [plan.id]), subjects_of(people, plan.policy)
    free = keys - set_aside_of(people, plan.policy)
    persons = {people.owner[key] for key in free if people.owner.get(key) in subjects}
    bsns = bsns_of(session, night.code, night.keyring, people, persons)
    return len(keys), {key: bsns[key] for key in keys if key in bsns}


def _rehearse(night: Night, plan: CleaningPlan, count: int, persons: Persons) -> Rehearsed:
    rehearsed, start = Rehearsed(night.code, plan.system, plan.hash, count, None), time.monotonic()
    try:
        if len(persons) < count:
            gone = f"{count - len(persons)} of its persons are no longer corrected, or are on hold"
            message = f"{gone}: the next night makes a new plan"
            raise ChangedError(f"system {plan.system}: {message}")
        with open_system(night.municipality.system(plan.system)) as local:
            _refuse_lasting(local)
            outcome = execute(local, persons, plan.hash, plan.occasion, rehearse=True)
            rehearsed = _with_outcome(rehearsed, local, outcome)
    except Exception as error:  # noqa: BLE001 - whatever it is, the execution would have failed too
        rehearsed = replace(rehearsed, error=redacted(error))
    return replace(rehearsed, seconds=round(time.monotonic() - start, 2))


def _refuse_lasting(local: LocalSystem) -> None:
    """Raise BlockedError if a trigger writes to a table that can't be rolled back: its rows would stay."""
    lasting = [f"{table}: {why}" for table, why in local.schema.unfit if table in may_grow(local)]
    if lasting:
        message = f"a trigger writes to a table that a rehearsal can't roll back: {'; '.join(lasting)}"
        raise BlockedError(f"system {local.name}: {message}")


def _with_outcome(rehearsed: Rehearsed, local: LocalSystem, outcome: ExecutionOutcome) -> Rehearsed:
    return replace(
        rehearsed,
        rows=outcome.rows,
        nulled=outcome.nulled,
        marked=outcome.marked,
        grown=outcome.grown,
        triggers=tuple(map(str, triggers_met(local))),
        transactions=len(outcome.seconds),
        held=round(max(outcome.seconds), 2),
        unseen=unseen(local, len(outcome.seconds)),
    )
