"""The execution of a plan: one transaction, counted before and after, under a lock, read back afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection

from hervat.cleaning.conserved import count_tables, dangling, grown, refuse_dangling
from hervat.cleaning.errors import BlockedError, ChangedError, CleaningError, guarded
from hervat.cleaning.fingerprint import triggers_met
from hervat.cleaning.kept import Kept, kept_values
from hervat.cleaning.lock import locked
from hervat.cleaning.persons import Persons
from hervat.cleaning.plan import Plan, plan_of
from hervat.cleaning.readback import roots_left
from hervat.cleaning.statements import erase, mark
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem

Keep: TypeAlias = Callable[[list[Kept]], None]


@dataclass(frozen=True)
class Outcome:
    """What was done, by table (`rows`, `left` shared, `grown` by triggers) and by table.column (`nulled`, `marked`).

    `cleaned` are the keys of the persons who had a true root, `set_aside` of those who are double or have a root of
    unknown law; who is in neither had nothing there. `read_back`: true roots found afterwards, 0.
    """

    rows: dict[str, int]
    nulled: dict[str, int]
    marked: dict[str, int]
    cleaned: tuple[str, ...]
    set_aside: tuple[str, ...]
    left: dict[str, int]
    grown: dict[str, int]
    read_back: int


def execute(
    local: LocalSystem, persons: Persons, expected_hash: str, occasion: int = 0, keep: Keep | None = None
) -> Outcome:
    """Clean a system of these persons, all or nothing, if that is still what the hash names.

    `keep` gets the old values before policy restrict overwrites them; when it raises, nothing was done.
    Raises LockedError, ChangedError, BlockedError, ConservationError or CleaningError: each time nothing was done,
    but for a read-back that finds a root (the next run meets it).
    """
    if local.system.policy == "restrict" and keep is None:
        raise CleaningError(f"system {local.name}: policy restrict needs a place to keep the old values")
    with guarded(local.name, "cleaning"), locked(local) as connection:
        local.database.begin_writing(connection)
        current = local.as_it_is_now(connection)
        survey = Survey(connection, current, persons)
        plan = plan_of(current, persons, occasion, survey, whole=False)
        _refuse(plan, expected_hash)
        grew = _act(connection, current, survey, plan, keep)
        connection.commit()
    return _proven(current, persons, plan, grew)


def _refuse(plan: Plan, expected_hash: str) -> None:
    if plan.hash != expected_hash:
        raise ChangedError(
            f"system {plan.system}: schema, footprint or persons changed since {expected_hash[:12]}: make a new plan"
        )
    if plan.blockers:
        raise BlockedError(f"system {plan.system}: the plan stops: {'; '.join(plan.blockers)}")


def _act(connection: Connection, local: LocalSystem, survey: Survey, plan: Plan, keep: Keep | None) -> dict[str, int]:
    if local.system.policy == "retain":
        return {}
    before, loose = count_tables(connection, local.schema), dangling(connection, local.shape.concerned)
    if local.system.policy == "erase":
        erase(connection, local, survey, plan)
    elif keep and plan.marked:
        keep(kept_values(connection, survey.reach, survey.asked, local.marks))
        mark(connection, local, survey, plan)
    refuse_dangling(local.name, loose, dangling(connection, local.shape.concerned))
    return grown(local.name, before, count_tables(connection, local.schema), plan.rows, triggers_met(local))


def _proven(local: LocalSystem, persons: Persons, plan: Plan, grew: dict[str, int]) -> Outcome:
    aside = tuple(sorted({*plan.doubles, *plan.unknown}))
    left = 0 if local.system.policy == "retain" else roots_left(local, persons, plan.doubles)
    if left:
        raise CleaningError(f"system {local.name}: {left} roots of cleaned persons stand there after the commit")
    cleaned = () if local.system.policy == "retain" else tuple(sorted({*plan.found} - {*plan.doubles}))
    return Outcome(plan.rows, plan.nulled, plan.marked, cleaned, aside, plan.shared, grew, left)
