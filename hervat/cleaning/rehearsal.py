"""Rehearsing the plans that wait: each execution as it would be, with every check, and rolled back."""

import time
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.account import account
from hervat.cleaning.approvals import waiting_plan
from hervat.cleaning.plans import persons_in, waiting_plans
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
    """What a rehearsal of one plan came to: counts by table and column, seconds, and what it can't show.

    error: why the plan would not go; the counts are empty then. `held`: the seconds of its longest transaction.
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
        """Whether the plan would go."""
        return self.error is None


def rehearse(night: Night, given: str | None = None) -> list[Rehearsed]:
    """Rehearse every plan that waits, or the one whose hash is (or starts with) `given`. Changes nothing in a system.

    Each leaves a line in the journal. A plan that would not go keeps no other from being rehearsed. Raises NoSuchPlan
    and UsageError.
    """
    with night.register.session() as session:
        plans = [waiting_plan(session, night.code, given)] if given else waiting_plans(session, night.code)
        people = read_people(session, night.code, night.settler, night.as_of)
        asked = [(plan, _persons(session, night, people, plan)) for plan in plans]
    found = []
    for plan, persons in asked:
        night.say(f"rehearsing plan {plan.hash[:12]} of {plan.system}")
        found.append(_rehearse(night, plan, persons))
        with night.register.session() as session:
            thing = f"plan {plan.hash[:12]} of {plan.system}"
            told = f"{_WELL}; rolled back" if found[-1].goes else "it would not go; rolled back"
            journal.record(session, night.code, account(), _ACTION, thing, told, night.origin)
    return found


def was_rehearsed(session: Session, municipality: str, system: str) -> bool:
    """Say whether the journal has a rehearsal of a system that went well."""
    wanted = select(JournalLine.seq).where(
        JournalLine.municipality == municipality,
        JournalLine.action == _ACTION,
        JournalLine.object.endswith(f" of {system}", autoescape=True),
        JournalLine.result.startswith(_WELL, autoescape=True),
    )
    return session.scalars(wanted.limit(1)).first() is not None


def _persons(session: Session, night: Night, people: People, plan: CleaningPlan) -> tuple[int, Persons]:
    """Return how many persons a plan has, and those of them who are corrected still, with their BSNs."""
    keys, wrong = persons_in(session, [plan.id]), people.in_state("corrected")
    wanted = {people.owner[key] for key in keys if people.owner.get(key) in wrong}
    bsns = bsns_of(session, night.code, night.keyring, people, wanted)
    return len(keys), {key: bsns[key] for key in keys if key in bsns}


def _rehearse(night: Night, plan: CleaningPlan, asked: tuple[int, Persons]) -> Rehearsed:
    count, persons = asked
    found, start = Rehearsed(night.code, plan.system, plan.hash, count, None), time.monotonic()
    try:
        if len(persons) < count:
            told = f"{count - len(persons)} of its persons are corrected no more: the next night makes a new plan"
            raise ChangedError(f"system {plan.system}: {told}")
        with open_system(night.municipality.system(plan.system)) as local:
            _refuse_lasting(local)
            found = _told(found, local, execute(local, persons, plan.hash, plan.occasion, rehearse=True))
    except Exception as error:  # noqa: BLE001 - whatever it is, it would have kept the plan from going
        found = replace(found, error=redacted(error))
    return replace(found, seconds=round(time.monotonic() - start, 2))


def _refuse_lasting(local: LocalSystem) -> None:
    """Raise BlockedError where a trigger writes to a table that can't be rolled back: its rows would stay."""
    lasting = [f"{table}: {why}" for table, why in local.schema.unfit if table in may_grow(local)]
    if lasting:
        raise BlockedError(f"system {local.name}: a trigger writes where a rehearsal would stay: {'; '.join(lasting)}")


def _told(found: Rehearsed, local: LocalSystem, outcome: ExecutionOutcome) -> Rehearsed:
    return replace(
        found,
        rows=outcome.rows,
        nulled=outcome.nulled,
        marked=outcome.marked,
        grown=outcome.grown,
        triggers=tuple(map(str, triggers_met(local))),
        transactions=len(outcome.seconds),
        held=round(max(outcome.seconds), 2),
        unseen=unseen(local, len(outcome.seconds)),
    )
