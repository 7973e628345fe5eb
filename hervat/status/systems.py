"""The local systems: how far each is cleaned, and its last coverage search."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hervat.delivery import GateFacts
from hervat.erasure.picture import Picture, picture_of
from hervat.night import Night
from hervat.register import EXECUTED
from hervat.register.models import CleaningPlan
from hervat.settings import System
from hervat.status.aftermath import Aftermath, counts, remaining
from hervat.status.copies import copied_in, keepers_tonight
from hervat.status.model import SearchResult, SystemLine
from hervat.status.system_plans import SystemPlans, system_plans


def found_elsewhere(its: SystemPlans, day: date) -> list[SearchResult]:
    """Return the coverage findings, a line a column and kind; persons are summed, for no two plans share one."""
    fresh = [plan for plan in its.plans if plan.status != EXECUTED or plan.ended_on == day]
    chosen = fresh or its.plans[:1]
    summed: dict[tuple[str, str, str], int] = {}
    for plan in chosen:
        for finding in plan.content.get("coverage", []):
            place = finding["table"], finding["column"], finding["kind"]
            summed[place] = summed.get(place, 0) + finding["persons"]
    looked = max(map(_searched_on, chosen), default=day)
    return [SearchResult(*place, persons, looked, bool(fresh)) for place, persons in sorted(summed.items())]


def _searched_on(plan: CleaningPlan) -> date:
    search = plan.content.get("search")  # a plan of before it was written down was searched when it was made
    return date.fromisoformat(search["on"]) if search else plan.made_on


def system_lines(session: Session, night: Night, facts: GateFacts, stays: Aftermath) -> list[SystemLine]:
    """Return a line for each system of the municipality, as of now; `stays`: what remains after cleaning."""
    plans, remains = system_plans(session, night.code), remaining(session, night)
    return [
        _line(night, facts, system, plans[system.name], counts(session, night, system, stays, remains))
        for system in night.municipality.systems
    ]


def _line(night: Night, facts: GateFacts, system: System, its: SystemPlans, stays: dict[str, Any]) -> SystemLine:
    corrected = len(facts.people.in_state("corrected"))
    standing = standing_in(facts, system.name)
    on_hold = facts.people.keys_on_hold() if system.policy == "erase" else set[str]()
    error = next((text for text in facts.errors if system.name in text), None)
    return SystemLine(
        name=system.name,
        kind="database" if system.database else "supplier" if system.supplier else "files",
        policy=system.policy,
        corrected=corrected,
        proven=None if error else _proven(facts, system, corrected, standing),
        standing=len(standing),
        set_aside=len(standing - on_hold - its.open) if system.database else 0,
        on_hold=len(on_hold & _not_erased(facts, system, standing)),
        waiting=its.waiting,
        reappeared=len(standing & {facts.people.key_now(key) for key in its.cleaned}),
        cleaned=its.cleanings,
        stranded=next((plan.content.get("stranded", {}) for plan in its.executed), {}),
        coverage=found_elsewhere(its, night.as_of),
        error=error,
        copies=copied_in(its.executed, night.as_of),
        history=[kept for one in facts.systems if one.name == system.name for kept in one.history],
        keepers=keepers_tonight(its.executed, night.as_of),
        picture=_picture(facts, system.name, its),
        **stays,
    )


def _not_erased(facts: GateFacts, system: System, standing: frozenset[str]) -> frozenset[str]:
    """Return the keys of the corrected persons who are still there, as far as hervat can see or was told."""
    return facts.suppliers.get(system.name, frozenset()) if system.supplier else standing


def _picture(facts: GateFacts, system: str, its: SystemPlans) -> Picture | None:
    """Return the picture of the footprint as the gate met it, with the rows of the last plan; nothing is counted."""
    seen = next((one for one in facts.systems if one.name == system), None)
    if seen is None or seen.shape is None:
        return None
    planned: dict[str, int] = next((plan.content.get("rows", {}) for plan in its.plans), {})
    picture = picture_of(system, seen.shape, seen.kept_out)
    return replace(picture, boxes=tuple(replace(box, planned=planned.get(box.name)) for box in picture.boxes))


def standing_in(facts: GateFacts, system: str) -> frozenset[str]:
    """Return the keys of the corrected persons in a system now, be it a database or a list."""
    people = facts.people
    met = frozenset().union(*(one.standing for one in facts.systems if one.name == system))
    owners = {people.owner[pseudonym] for pseudonym in met if pseudonym in people.owner}
    keys = {people.key(person) for person in owners & people.in_state("corrected")}
    return frozenset(key for key in keys if key) | {hit.key for hit in facts.hits if hit.system == system}


def _proven(facts: GateFacts, system: System, corrected: int, standing: frozenset[str]) -> int | None:
    if system.supplier:
        return corrected - min(corrected, len(facts.suppliers.get(system.name, ())))
    return corrected - len(standing) - facts.people.unfindable()
