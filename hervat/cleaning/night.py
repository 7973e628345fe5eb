"""Clean the local systems: restore, plan, execute what may be executed. A failure stays within its system."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.cleaning.approvals import hold_unapproved
from hervat.cleaning.open_plans import plan_for_new, search_again, void_if_held, void_outdated
from hervat.cleaning.plans import open_plans, persons_in
from hervat.cleaning.reappearances import note_seen_again
from hervat.cleaning.restricted_values import keeper, lift_reinstated
from hervat.cleaning.shared_rows import look_at_shared, noter
from hervat.cleaning.system_night import SystemNight, set_aside_of, subjects_of
from hervat.erasure import ExecutionOutcome, LocalSystem, Persons, execute, keepers_met, open_system, root_groups
from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.plural import plural
from hervat.register import EXECUTED, READY
from hervat.register.models import CleaningPlan, PlanPerson
from hervat.settings import System
from hervat.settling import People, bsns_of, people_now

_COUNTED = ("planned", "waiting", "cleaned", "reappeared")
_KEEPER = ("name", "table", "what", "statement")


def clean(night: Night) -> Counts:
    """Clean each database system of the corrected persons. In shadow, plans are made and none is executed.

    A person on hold (AVG 18 and 21) is never erased, and is restricted where that is the policy. Counts: a line for
    each system with the persons planned (in plans this run worked with), waiting, cleaned, reappeared, and on hold.
    """
    with night.register.session() as session:
        people = people_now(session, night)
        either = subjects_of(people, "restrict")
        persons = bsns_of(session, night.code, night.keyring, people, either)
    lines = []
    for system in night.municipality.databases:
        if system.name in night.handover.uncaptured:
            night.error(
                f"system {system.name}: nothing is erased there, because who received data could not be read from it"
            )
            continue
        try:
            lines.append(_clean_system(night, system, people, persons))
        except Exception as error:  # noqa: BLE001 - a failure stays within its system
            message = redacted(error)
            night.error(message if system.name in message else f"system {system.name}: {message}")
    return {"cleaning": lines}


def _clean_system(night: Night, system: System, people: People, persons: Persons) -> dict[str, object]:
    keys = {people.key(person) for person in subjects_of(people, system.policy)}
    subjects = {key: bsns for key, bsns in persons.items() if key in keys}
    with open_system(system, to_look=True) as local:
        night.handover.systems[system.name] = local
        if not night.shadow:
            lift_reinstated(night, local, people)
        present, unknown = _present(night, local, subjects)
        on_hold = set_aside_of(people, system.policy)
        system_night = SystemNight(night, local, people, subjects, present, on_hold, unknown)
        note_seen_again(system_night)
        left = void_outdated(system_night)
        search_again(system_night, left)
        is_planned = plan_for_new(system_night)
        counts = _execute_ready(system_night) if left or is_planned else dict.fromkeys(_COUNTED, 0)
        look_at_shared(night, local)
        return {"system": system.name, **counts, **_set_aside(system_night)}


def _set_aside(system_night: SystemNight) -> dict[str, int]:
    count = system_night.on_hold_count
    if count:
        who = plural(count["on_hold"], "person is", "persons are")
        system_night.night.log(f"system {system_night.name}: {who} on hold, and not erased")
    return count


def _present(night: Night, local: LocalSystem, subjects: Persons) -> tuple[set[str], int]:
    """Return the keys of the subjects with a root in the system that is not restricted yet.

    Also the number of those with a root of unknown law: they are set aside and counted in the night's attention.
    Under policy retain nobody is looked for.
    """
    if local.system.policy == "retain":
        return set(), 0
    key_of = {bsn: key for key, bsns in subjects.items() for bsn in bsns}
    present, unknown = set[str](), set[str]()
    for group in root_groups(local):
        if not group.marked:
            keys = present if group.verdict == 1 else unknown
            keys.update(key_of[bsn] for bsn in group.bsns if bsn in key_of)
    if unknown:
        message = f"{len(unknown)} corrected persons have a root of unknown law: set aside"
        night.attention.append(f"system {local.name}: {message}")
    return present, len(unknown)


def _execute_ready(system_night: SystemNight) -> dict[str, int]:
    """Execute the ready plans. Return how many persons are planned, waiting, cleaned and reappeared."""
    night, counts = system_night.night, Counter(dict.fromkeys(_COUNTED, 0))
    with night.register.session() as session:
        plans = open_plans(session, system_night)
        for plan in plans:
            hold_unapproved(session, system_night, plan)
            persons = session.scalars(select(PlanPerson).where(PlanPerson.plan_id == plan.id)).all()
            counts["planned"] += len(persons)
            counts["reappeared"] += sum(person.reappeared for person in persons)
            counts["waiting"] += 0 if plan.status == READY else len(persons)
    for plan in plans:
        if plan.status == READY and not night.shadow and not void_if_held(system_night, plan.id):
            counts["cleaned"] += _execute(system_night, plan)
    if counts["waiting"]:
        who = plural(counts["waiting"], "person waits", "persons wait")
        night.attention.append(f"system {system_night.name}: {who} for an approval")
    return dict(counts)


def _execute(system_night: SystemNight, plan: CleaningPlan) -> int:
    """Execute one plan and record the outcome. Return the number of persons who are proven gone."""
    night, local = system_night.night, system_night.local
    with night.register.session() as session:
        persons = system_night.bsns(persons_in(session, [plan.id]))
    keep, note = keeper(night, local.system), noter(night, local.system)
    outcome = execute(local, persons, plan.hash, plan.occasion, keep, note)
    with night.register.session() as session:
        cleaned = _record_outcome(session, night, plan.id, outcome, _keepers(local, outcome))
        result = f"{cleaned} persons, {sum(outcome.rows.values())} rows"
        night.record(session, "cleaned", f"plan {plan.hash[:12]} of {plan.system}", result)
    night.log(f"cleaned {plan.system}: {result}{_compared(outcome)}{_grown(outcome)}")
    return cleaned


def _keepers(local: LocalSystem, outcome: ExecutionOutcome) -> list[dict[str, str]]:
    """Return what keeps erased rows and can't be counted."""
    keepers = keepers_met(local) if outcome.rows else []
    return [{name: getattr(keeper, name) for name in _KEEPER} for keeper in keepers if not keeper.history]


def _compared(outcome: ExecutionOutcome) -> str:
    """Return how other people's rows were proven unchanged, "" if there was nothing to prove."""
    if not outcome.whole and not outcome.sampled:
        return ""
    tables = f"{len(outcome.whole)} tables whole, {len(outcome.sampled)} by sample"
    return f"; other people's rows did not change ({tables})"


def _grown(outcome: ExecutionOutcome) -> str:
    """Return which tables grew through triggers: they may have a copy of what was erased."""
    tables = [f"{table} by {rows}" for table, rows in outcome.grown.items()] + list(outcome.uncounted)
    return f"; grown by triggers: {', '.join(tables)}" if tables else ""


def _record_outcome(
    session: Session, night: Night, plan_id: int, outcome: ExecutionOutcome, keepers: list[dict[str, str]]
) -> int:
    plan = session.get_one(CleaningPlan, plan_id)
    plan.status, plan.ended_on = EXECUTED, night.as_of
    plan.outcome = {
        "rows": outcome.rows,
        "set_aside": len(outcome.set_aside),
        "compared_whole": list(outcome.whole),
        "compared_by_sample": list(outcome.sampled),
        "grown": outcome.grown,
        "uncounted": list(outcome.uncounted),
        "keepers": keepers,
    }
    persons = session.scalars(select(PlanPerson).where(PlanPerson.plan_id == plan_id)).all()
    for person in persons:
        person.cleaned_on = None if person.key in outcome.set_aside else night.as_of
    return sum(person.cleaned_on is not None for person in persons)
