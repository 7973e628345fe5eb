"""The persons in a plan, for its approver: numbers, places, reason and day; never a BSN or a name."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.acting import account
from hervat.cleaning import persons_in, waiting_plan
from hervat.erasure import open_system, root_keys
from hervat.night import Night
from hervat.register import among
from hervat.register.models import CleaningPlan, SignalRow
from hervat.rules import catalogue
from hervat.settling import People, bsns_of, read_people


@dataclass(frozen=True)
class PlanPersonLine:
    """A person of a plan: the number on the worklist, the root rows in the system now, why, the day of the SS190."""

    number: int
    rows: Sequence[str]
    reason: str
    corrected_on: date | None


def plan_persons(night: Night, given: str) -> tuple[str, list[PlanPersonLine]]:
    """Return the system and the persons of the plan whose hash is (or starts with) `given`.

    The look is journalled first, with account and host. Raises NoSuchPlan, UsageError, and CleaningError when the
    system can't be read.
    """
    with night.register.session() as session:
        plan = waiting_plan(session, night.code, given)
        people = read_people(session, night.code, night.settler, night.as_of)
        keys = {key: people.owner[key] for key in persons_in(session, [plan.id]) if key in people.owner}
        bsns = bsns_of(session, night.code, night.keyring, people, set(keys.values()))
        days = _corrections(session, set(keys.values()))
    with open_system(night.municipality.system(plan.system)) as local:
        rows = root_keys(local, bsns)
    with night.register.session() as session:
        _journal(session, night, plan, len(keys))
    return plan.system, [_line(people, person, rows, days) for person in sorted(set(keys.values()))]


def _line(people: People, person: int, rows: dict[str, list[str]], days: dict[int, date]) -> PlanPersonLine:
    places = rows.get(people.key(person) or "", [])
    verdict = people.verdicts.get(person)
    reason = verdict.reason if verdict and verdict.state == "corrected" else "on_hold"
    return PlanPersonLine(person, places, reason, days.get(person))


def _corrections(session: Session, persons: set[int]) -> dict[int, date]:
    """Return the day of the last SS190 of each person."""
    codes = [code for code, signal in catalogue().signals.items() if signal.kind == "correction"]
    last = select(SignalRow.person_id, func.max(SignalRow.date)).group_by(SignalRow.person_id)
    query = last.where(among(SignalRow.person_id, persons), SignalRow.code.in_(codes))
    return dict(session.execute(query).tuples().all())


def _journal(session: Session, night: Night, plan: CleaningPlan, count: int) -> None:
    thing = f"plan {plan.hash[:12]} of {plan.system}"
    detail = f"{count} persons shown to account {account()} on {socket.gethostname()}"
    night.record(session, "persons of a plan shown", thing, detail)
