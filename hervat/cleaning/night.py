"""Clean the local systems: lift, plan, execute what may be executed, read back. A system's failure is its own."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.cleaning.approvals import hold_unapproved
from hervat.cleaning.plans import Subject, persons_in, plan_for_new, search_again, tidy, waiting_plans
from hervat.cleaning.reappearances import note_seen_again
from hervat.cleaning.restricted_values import keeper, lift_reinstated
from hervat.cleaning.shared_rows import look_at_shared, noter
from hervat.erasure import ExecutionOutcome, LocalSystem, execute, keepers_met, open_system, root_groups
from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.plural import plural
from hervat.register import EXECUTED, READY
from hervat.register.models import CleaningPlan, PlanPerson
from hervat.settings import System
from hervat.settling import People, bsns_of, read_people

_KEEPER = ("name", "table", "what", "statement")


def clean(night: Night) -> Counts:
    """Close the difference between the register and each database system. In shadow, plans are made and none executed.

    Counts: a line a system: persons planned (in plans this run worked with), waiting, cleaned and reappeared.
    """
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
        wrong = people.in_state("corrected")
        corrected = bsns_of(session, night.code, night.keyring, people, wrong)
    lines = []
    for system in night.municipality.databases:
        if system.name in night.handover.uncaptured:
            night.fail(
                f"system {system.name}: nothing is erased there, for who received data could not be read from it"
            )
            continue
        try:
            lines.append(_clean_system(night, system, people, corrected))
        except Exception as error:  # noqa: BLE001 - a failure stays within its system
            said = redacted(error)
            night.fail(said if system.name in said else f"system {system.name}: {said}")
    return {"cleaning": lines}


def _clean_system(
    night: Night, system: System, people: People, corrected: dict[str, frozenset[str]]
) -> dict[str, object]:
    with open_system(system) as local:
        if not night.shadow:
            lift_reinstated(night, local, people)
        standing, unknown = _standing(night, local, corrected)
        several = {key for key, bsns in corrected.items() if len(bsns) > 1}
        subject = Subject(night, system, local, people, corrected, standing, several, unknown)
        note_seen_again(subject)
        tidy(subject)
        search_again(subject)
        plan_for_new(subject)
        counts = _close(subject)
        look_at_shared(night, local)
        return {"system": system.name, **counts}


def _standing(night: Night, local: LocalSystem, corrected: Mapping[str, frozenset[str]]) -> tuple[set[str], int]:
    """Return the keys of the corrected persons (key -> BSNs) who have a root in the system now, not restricted yet.

    Beside them the number of those with a root of unknown law. Such a root is set aside: counted in the night's
    attention, for hervat can't do anything about it. Under policy retain nobody is looked for.
    """
    if local.system.policy == "retain":
        return set(), 0
    key_of = {bsn: key for key, bsns in corrected.items() for bsn in bsns}
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for one in root_groups(local):
        if not one.marked:
            found[one.verdict == 1].update(key_of[bsn] for bsn in one.bsns if bsn in key_of)
    if found[False]:
        told = f"{len(found[False])} corrected persons have a root of unknown law: set aside"
        night.attention.append(f"system {local.name}: {told}")
    return found[True], len(found[False])


def _close(subject: Subject) -> dict[str, int]:
    """Execute the plans that are ready; count what this run planned, leaves waiting, cleaned and met again."""
    night, counts = subject.night, defaultdict(int, planned=0, waiting=0, cleaned=0, reappeared=0)
    with night.register.session() as session:
        plans = [plan for plan in waiting_plans(session, night.code) if plan.system == subject.system.name]
        for plan in plans:
            hold_unapproved(session, subject, plan)
            rows = session.scalars(select(PlanPerson).where(PlanPerson.plan_id == plan.id)).all()
            counts["planned"] += len(rows)
            counts["reappeared"] += sum(row.reappeared for row in rows)
            counts["waiting"] += 0 if plan.status == READY else len(rows)
    for plan in plans:
        if plan.status == READY and not night.shadow:
            counts["cleaned"] += _execute(subject, plan)
    if counts["waiting"]:
        waiting = plural(counts["waiting"], "person waits", "persons wait")
        night.attention.append(f"system {subject.system.name}: {waiting} for an approval")
    return dict(counts)


def _execute(subject: Subject, plan: CleaningPlan) -> int:
    """Execute one plan and write down what was done. Return the number of persons who are proven gone."""
    night = subject.night
    with night.register.session() as session:
        keys = persons_in(session, [plan.id])
    persons = {key: subject.corrected[key] for key in keys}
    keep, note = keeper(night, subject.system), noter(night, subject.system)
    outcome = execute(subject.local, persons, plan.hash, plan.occasion, keep, note)
    met = keepers_met(subject.local) if outcome.rows else []
    kept = [{name: getattr(one, name) for name in _KEEPER} for one in met if not one.history]
    with night.register.session() as session:
        cleaned = _write_outcome(session, night, plan.id, outcome, kept)
        told = f"{cleaned} persons, {sum(outcome.rows.values())} rows"
        thing = f"plan {plan.hash[:12]} of {plan.system}"
        night.record(session, "cleaned", thing, told)
    night.say(f"cleaned {plan.system}: {told}{_compared(outcome)}{_grown(outcome)}")
    return cleaned


def _compared(outcome: ExecutionOutcome) -> str:
    """Say how others' rows were proven untouched, where there was something to prove."""
    if not outcome.whole and not outcome.sampled:
        return ""
    return f"; others' rows are as they were ({len(outcome.whole)} tables whole, {len(outcome.sampled)} by sample)"


def _grown(outcome: ExecutionOutcome) -> str:
    """Say which tables grew by themselves: a copy of what was erased may stand there."""
    grew = [f"{table} by {rows}" for table, rows in outcome.grown.items()] + list(outcome.uncounted)
    return f"; grown by triggers: {', '.join(grew)}" if grew else ""


def _write_outcome(
    session: Session, night: Night, plan_id: int, outcome: ExecutionOutcome, kept: list[dict[str, str]]
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
        "keepers": kept,
    }
    persons = session.scalars(select(PlanPerson).where(PlanPerson.plan_id == plan_id)).all()
    for person in persons:
        person.cleaned_on = None if person.key in outcome.set_aside else night.as_of
    return sum(person.cleaned_on is not None for person in persons)
