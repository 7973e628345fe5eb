"""Plans in the register: which are open, which became void, and making a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hervat.erasure import LocalSystem, Persons, Plan, make_plan, plan_hash
from hervat.night import Night
from hervat.register import EXECUTED, READY, VOID, WAITING
from hervat.register.models import CleaningPlan, PlanPerson
from hervat.settings import System
from hervat.settling import People, v_numbers_of


@dataclass(frozen=True)
class Subject:
    """One local system tonight: the corrected persons (key -> BSNs) and which of them stand in it.

    several: persons with more than one BSN. unknown: how many corrected persons have a root of unknown law.
    """

    night: Night
    system: System
    local: LocalSystem
    people: People
    corrected: Persons
    standing: set[str]
    several: set[str] = field(default_factory=set)
    unknown: int = 0


def waiting_plans(session: Session, municipality: str) -> list[CleaningPlan]:
    """Return the plans that wait for approval, or have it and wait for the next run."""
    wanted = select(CleaningPlan).where(
        CleaningPlan.municipality == municipality, CleaningPlan.status.in_([WAITING, READY])
    )
    return list(session.scalars(wanted.order_by(CleaningPlan.id)))


def persons_in(session: Session, plan_ids: Iterable[int]) -> set[str]:
    """Return the keys of the persons in these plans."""
    return set(session.scalars(select(PlanPerson.key).where(PlanPerson.plan_id.in_(list(plan_ids)))))


def tidy(subject: Subject) -> None:
    """Void the open plans that no longer fit: a person is no longer corrected, schema or footprint changed, all gone.

    A plan waits when the configuration now asks for an approval that it did not need.
    """
    night = subject.night
    with night.register.session() as session:
        for plan in open_plans(session, subject):
            keys = persons_in(session, [plan.id])
            if not _still_fits(subject, plan, keys):
                plan.status, plan.ended_on = VOID, night.as_of
                note(session, subject, plan, "void")
            elif why := not plan.needs_approval and _why_approval(subject, keys, plan.content["roots_total"]):
                plan.status, plan.needs_approval = WAITING, why
                note(session, subject, plan, "approval needed now")


def plan_for_new(subject: Subject) -> Plan | None:
    """Make a plan for the persons who stand in the system and are in no open plan. None when there is none to make."""
    night = subject.night
    with night.register.session() as session:
        plans = open_plans(session, subject)
        new = subject.standing - persons_in(session, [plan.id for plan in plans])
        free = persons_in(session, [plan.id for plan in plans if not plan.needs_approval])
        occasion = _occasion(session, subject)
    if not new:
        return None
    plan = make_plan(subject.local, bsns_in(subject, new), occasion, search=False)
    _report_set_aside(subject, plan)
    aside = {"doubles": len(plan.doubles), "unknown": subject.unknown}
    cleanable = set(plan.found) - set(plan.doubles)
    if not cleanable:
        return None
    if cleanable != new or subject.system.coverage:
        plan = make_plan(subject.local, bsns_in(subject, cleanable), occasion, v_numbers_in(subject, cleanable))
    if plan.blockers:
        night.fail(f"system {subject.system.name}: the plan stops: {'; '.join(plan.blockers)}")
        return None
    report_coverage(subject, plan)
    _store(subject, plan, aside, occasion, cleanable, _why_approval(subject, cleanable, plan.roots_total, free))
    return plan


def bsns_in(subject: Subject, keys: Iterable[str]) -> Persons:
    """Return these corrected persons as a plan takes them: key -> BSNs."""
    return {key: subject.corrected[key] for key in keys}


def v_numbers_in(subject: Subject, keys: Iterable[str]) -> Persons:
    """Return the V-nummers of these persons, for the search that coverage asks for; no others are opened."""
    if subject.system.coverage is None:
        return {}
    night, persons = subject.night, {subject.people.owner[key] for key in keys}
    with night.register.session() as session:
        return v_numbers_of(session, night.code, night.keyring, subject.people, persons)


def open_plans(session: Session, subject: Subject) -> list[CleaningPlan]:
    """Return the plans of this system that wait, for an approval or for the next run."""
    return [plan for plan in waiting_plans(session, subject.night.code) if plan.system == subject.system.name]


def _still_fits(subject: Subject, plan: CleaningPlan, keys: set[str]) -> bool:
    gone = plan.status == WAITING and not keys & subject.standing  # somebody else took them away
    if gone or not keys <= set(subject.corrected):
        return False
    return plan_hash(subject.local, bsns_in(subject, keys), plan.occasion) == plan.hash


def _occasion(session: Session, subject: Subject) -> int:
    """Return how many plans ended: the same persons a second time make another hash, so no old approval holds."""
    ended = select(func.count()).where(
        CleaningPlan.municipality == subject.night.code,
        CleaningPlan.system == subject.system.name,
        CleaningPlan.status.in_([EXECUTED, VOID]),
    )
    return session.scalar(ended) or 0


def _store(
    subject: Subject, plan: Plan, aside: dict[str, int], occasion: int, keys: set[str], reason: str | None
) -> None:
    night = subject.night
    with night.register.session() as session:
        again = _cleaned_before(session, subject, keys)
        row = CleaningPlan(
            municipality=night.code,
            system=subject.system.name,
            hash=plan.hash,
            occasion=occasion,
            policy=plan.policy,
            content=content_of(subject, plan) | aside | {"restore_point": _day(subject.system.restore_point)},
            made_on=night.as_of,
            needs_approval=reason,
            status=WAITING if reason else READY,
        )
        session.add(row)
        session.flush()
        persons = [{"plan_id": row.id, "key": key, "reappeared": key in again} for key in sorted(keys)]
        session.execute(insert(PlanPerson), persons)
        searched = len(subject.local.searched)
        told = f", {searched} tables searched for their numbers" if searched else ""
        note(session, subject, row, f"planned for {len(keys)} persons{told}")


def content_of(subject: Subject, plan: Plan) -> dict[str, object]:
    """Return what a plan shows: counts, names and statements; its persons are kept apart, by pseudonym.

    search: on which day was searched, and for what `coverage` asked then; left out when it asked for nothing.
    """
    content = {name: value for name, value in asdict(plan).items() if name not in ("found", "doubles", "unknown")}
    if plan.coverage is None:
        del content["coverage"]  # an empty list says that nothing was found
    else:
        content["search"] = {"on": str(subject.night.as_of), "asked": coverage_asked(subject.system)}
    return content | {"found": len(plan.found)}


def coverage_asked(system: System) -> dict[str, object] | None:
    """Return what `coverage` asks for now, as a plan keeps it. None: nothing is searched."""
    return None if system.coverage is None else system.coverage.model_dump(by_alias=True)


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def _cleaned_before(session: Session, subject: Subject, keys: set[str]) -> set[str]:
    """Return which of these persons were cleaned in this system before: they have reappeared."""
    found = session.scalars(
        select(PlanPerson.key)
        .join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
        .where(
            CleaningPlan.municipality == subject.night.code,
            CleaningPlan.system == subject.system.name,
            PlanPerson.cleaned_on.is_not(None),
        )
    )
    return keys & {subject.people.key_now(key) for key in found}


def _why_approval(subject: Subject, keys: set[str], roots_total: int, free: Iterable[str] = ()) -> str | None:
    """Return why a person must approve: the policy, the brake, or a person with several BSNs; None: nobody must.

    free: persons in plans that wait for nobody (of a shadow night, or of one that failed); the brake counts them too.
    """
    brake, persons = subject.system.brake, len(keys.union(free))
    if subject.system.approval == "required":
        return "policy"
    if persons > brake.persons or persons > brake.share * roots_total:
        return "brake"
    return "several BSNs" if keys & subject.several else None


def _report_set_aside(subject: Subject, plan: Plan) -> None:
    if plan.doubles:
        told = f"{len(plan.doubles)} corrected persons stand there more than once: set aside"
        subject.night.attention.append(f"system {subject.system.name}: {told}")


def report_coverage(subject: Subject, plan: Plan) -> None:
    """Tell the night what the search found: places and counts."""
    if plan.coverage:
        places = "; ".join(map(str, plan.coverage))
        subject.night.attention.append(f"system {subject.system.name}: {places}")


def note(session: Session, subject: Subject, plan: CleaningPlan, result: str) -> None:
    """Write into the journal what became of a plan."""
    night = subject.night
    thing = f"plan {plan.hash[:12]} of {subject.system.name}"
    night.record(session, "cleaning", thing, result)


_OF_THE_SEARCH = ("coverage", "search", "notes")


def search_again(subject: Subject) -> None:
    """Renew what the open plans say of their search where another is asked for now. No approval lapses by it.

    Raises CleaningError when a table that is to be searched can't be read.
    """
    for plan in _outdated(subject):
        with subject.night.register.session() as session:
            keys = persons_in(session, [plan.id])
        searched = make_plan(subject.local, bsns_in(subject, keys), plan.occasion, v_numbers_in(subject, keys))
        with subject.night.register.session() as session:
            row = session.get_one(CleaningPlan, plan.id)
            row.content = _renewed(row.content, content_of(subject, searched))
            note(session, subject, row, "searched again, for coverage is another now")
        report_coverage(subject, searched)


def _outdated(subject: Subject) -> list[CleaningPlan]:
    asked = coverage_asked(subject.system)
    with subject.night.register.session() as session:
        plans = open_plans(session, subject)
    return [plan for plan in plans if plan.content.get("search", {}).get("asked") != asked]


def _renewed(content: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan's content with what is of the search replaced by what was found now."""
    kept = {name: value for name, value in content.items() if name not in _OF_THE_SEARCH}
    return kept | {name: found[name] for name in _OF_THE_SEARCH if name in found}
