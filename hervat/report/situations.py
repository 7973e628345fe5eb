"""The facts of all persons that decide on order and work, read in a few queries: numbers and days, no names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hervat.answers import NOTHING, answered_without_texts
from hervat.night import Night
from hervat.register.models import CleaningPlan, Decision, PersonState, PlanPerson, WrongNotification
from hervat.register.models.cleaning import READY, WAITING
from hervat.register.people import People
from hervat.report.work import Situation
from hervat.strangers.enlisted import since_when

_POLICY = {"erase": "", "restrict": " (afschermen)"}
_STATUS = {WAITING: ", wacht op akkoord", READY: ", komende nacht"}


def situations(
    session: Session, night: Night, people: People, strangers: Mapping[int, Sequence[str]]
) -> Iterator[tuple[int, Situation]]:
    """Yield (person id, situation) of every person of a municipality. strangers: person id -> where he stands."""
    code, settler = night.code, night.settler

    def of(table: Any, *columns: Any) -> Select[Any]:
        return select(table.person_id, *columns).where(table.municipality == code)

    since: dict[int, date] = since_when(session, code)
    since |= dict(row.tuple() for row in session.execute(of(PersonState, PersonState.since)))
    notified: dict[int, date] = dict(
        row.tuple() for row in session.execute(of(WrongNotification, WrongNotification.date))
    )
    decided = set(session.scalars(of(Decision)))
    answers = answered_without_texts(session, code)
    silent = {person: None for person in strangers if person not in people.verdicts}
    for person, verdict in {**people.verdicts, **silent}.items():
        restart = settler.restart(verdict.group if verdict else None, people.day)
        yield (
            person,
            Situation(
                verdict=verdict,
                since=since.get(person),
                answer=answers.get(person, NOTHING),
                notified=notified.get(person),
                decided=person in decided,
                findable=people.key(person) is not None,
                systems=strangers.get(person, ()),
                unseen=person in strangers and restart > people.day,
                overdue=verdict is not None and settler.is_overdue(verdict, people.day),
            ),
        )


def to_be_erased(session: Session, code: str, people: People) -> dict[int, list[str]]:
    """Return in which systems a plan that waits would erase (or restrict) the data of a person, in Dutch."""
    wanted = (
        select(PlanPerson.key, CleaningPlan.system, CleaningPlan.policy, CleaningPlan.status)
        .join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
        .where(CleaningPlan.municipality == code, CleaningPlan.status.in_([WAITING, READY]))
        .order_by(CleaningPlan.system, CleaningPlan.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for key, system, policy, status in session.execute(wanted):
        if (person := people.owner.get(key)) is not None:
            found[person].append(f"{system}{_POLICY.get(policy, '')}{_STATUS[status]}")
    return dict(found)
