"""The plans of a night: new ones for persons in no open plan; open ones voided, asked approvals for, searched again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from hervat.cleaning.approval_policy import reason_for_approval
from hervat.cleaning.plan_content import content_of, report_coverage, search_is_outdated, with_search
from hervat.cleaning.plans import cleaned_before, next_occasion, on_hold_in, open_plans, persons_in
from hervat.cleaning.system_night import SystemNight
from hervat.erasure import Plan, draft_plan, make_plan, plan_hash
from hervat.register import READY, VOID, WAITING
from hervat.register.models import CleaningPlan, PlanPerson


def void_outdated(system_night: SystemNight) -> list[CleaningPlan]:
    """Void open plans that no longer fit: a person is reinstated or on hold, schema or footprint changed, all left.

    Return those that stay open. A plan waits if the configuration now asks for an approval that it did not need before.
    """
    night = system_night.night
    with night.register.session() as session:
        plans = open_plans(session, system_night)
        for plan in plans:
            keys = persons_in(session, [plan.id])
            if not _is_current(system_night, plan, keys):
                plan.status, plan.ended_on = VOID, night.as_of
                system_night.record(session, plan, "void")
            elif not plan.needs_approval and (
                reason := reason_for_approval(system_night, keys, plan.content["roots_total"])
            ):
                plan.status, plan.needs_approval = WAITING, reason
                system_night.record(session, plan, "approval needed now")
    return [plan for plan in plans if plan.status != VOID]


def void_if_held(system_night: SystemNight, plan_id: int) -> bool:
    """Void a plan if somebody in it was put on hold while the night was under way; return whether it is void.

    Read again right before an execution: a hold waits for no night. The next night makes a plan for the others.
    """
    night = system_night.night
    with night.register.session() as session:
        plan = session.get_one(CleaningPlan, plan_id)
        if not on_hold_in(session, plan, night.as_of):
            return False
        plan.status, plan.ended_on = VOID, night.as_of
        system_night.record(session, plan, "void, for somebody in it is on hold")
    return True


def search_again(system_night: SystemNight, plans: Iterable[CleaningPlan]) -> None:
    """Renew the search results of open plans if `coverage` changed. Their approvals stay valid.

    Raises CleaningError if a table that is to be searched can't be read.
    """
    register = system_night.night.register
    for plan in plans:
        if not search_is_outdated(system_night.system, plan):
            continue
        with register.session() as session:
            keys = persons_in(session, [plan.id])
        searched = make_plan(system_night.local, system_night.bsns(keys), plan.occasion, system_night.v_numbers(keys))
        with register.session() as session:
            row = session.get_one(CleaningPlan, plan.id)
            row.content = with_search(row.content, content_of(system_night, searched))
            system_night.record(session, row, "searched again, for coverage is another now")
        report_coverage(system_night, searched)


def _is_current(system_night: SystemNight, plan: CleaningPlan, keys: set[str]) -> bool:
    left = plan.status == WAITING and not keys & system_night.present  # somebody else removed them
    if left or keys & system_night.on_hold or not keys <= set(system_night.subjects):
        return False
    return plan_hash(system_night.local, system_night.bsns(keys), plan.occasion) == plan.hash


@dataclass(frozen=True)
class _Unplanned:
    """The persons in no open plan, those in plans without an approval, and the occasion of the next plan."""

    keys: set[str]
    unapproved: set[str]
    occasion: int


def plan_for_new(system_night: SystemNight) -> bool:
    """Store a plan for the persons who are in the system and in no open plan; True if any of them can be cleaned."""
    if not system_night.present - system_night.on_hold:
        return False
    unplanned = _unplanned(system_night)
    if not unplanned.keys:
        return False
    draft = draft_plan(system_night.local, system_night.bsns(unplanned.keys), unplanned.occasion)
    _report_doubles(system_night, draft)
    cleanable = set(draft.found) - set(draft.doubles)
    if not cleanable:
        return False
    plan = draft
    if cleanable != unplanned.keys or system_night.system.coverage:  # a plan names only persons whom it can clean
        bsns, v_numbers = system_night.bsns(cleanable), system_night.v_numbers(cleanable)
        plan = make_plan(system_night.local, bsns, unplanned.occasion, v_numbers)
    if plan.blockers:
        system_night.night.error(f"system {system_night.name}: the plan stops: {'; '.join(plan.blockers)}")
        return False
    report_coverage(system_night, plan)
    set_aside = {"doubles": len(draft.doubles), "unknown": system_night.unknown} | system_night.on_hold_count
    reason = reason_for_approval(system_night, cleanable, plan.roots_total, unplanned.unapproved)
    _store(system_night, _row(system_night, plan, set_aside, unplanned.occasion, reason), cleanable)
    return True


def _unplanned(system_night: SystemNight) -> _Unplanned:
    with system_night.night.register.session() as session:
        plans = open_plans(session, system_night)
        keys = system_night.present - system_night.on_hold - persons_in(session, [plan.id for plan in plans])
        unapproved = persons_in(session, [plan.id for plan in plans if not plan.needs_approval])
        return _Unplanned(keys, unapproved, next_occasion(session, system_night))


def _row(
    system_night: SystemNight, plan: Plan, set_aside: dict[str, int], occasion: int, reason: str | None
) -> CleaningPlan:
    restore_point = {"restore_point": _day(system_night.system.restore_point)}
    return CleaningPlan(
        municipality=system_night.night.code,
        system=system_night.name,
        hash=plan.hash,
        occasion=occasion,
        policy=plan.policy,
        content=content_of(system_night, plan) | set_aside | restore_point,
        made_on=system_night.night.as_of,
        needs_approval=reason,
        status=WAITING if reason else READY,
    )


def _store(system_night: SystemNight, row: CleaningPlan, keys: set[str]) -> None:
    with system_night.night.register.session() as session:
        reappeared = cleaned_before(session, system_night, keys & system_night.corrected)
        session.add(row)
        session.flush()
        persons = [{"plan_id": row.id, "key": key, "reappeared": key in reappeared} for key in sorted(keys)]
        session.execute(insert(PlanPerson), persons)
        tables = len(system_night.local.searched)
        searched = f", {tables} tables searched for their numbers" if tables else ""
        system_night.record(session, row, f"planned for {len(keys)} persons{searched}")


def _report_doubles(system_night: SystemNight, plan: Plan) -> None:
    if plan.doubles:
        message = f"{len(plan.doubles)} corrected persons stand there more than once: set aside"
        system_night.night.attention.append(f"system {system_night.name}: {message}")


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)
