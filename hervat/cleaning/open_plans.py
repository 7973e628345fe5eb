"""Open plans on a new night: void the outdated ones, ask for approvals that are needed now, renew their search."""

from collections.abc import Iterable

from hervat.cleaning.approval_policy import reason_for_approval
from hervat.cleaning.plan_content import content_of, report_coverage, search_is_outdated, with_search
from hervat.cleaning.plans import on_hold_in, open_plans, persons_in
from hervat.cleaning.system_night import SystemNight
from hervat.erasure import make_plan, plan_hash
from hervat.register import VOID, WAITING
from hervat.register.models import CleaningPlan


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
