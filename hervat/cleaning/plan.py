"""A plan: what a cleaning of these persons would do to one system. Making one only reads."""

from dataclasses import dataclass, replace

from hervat.cleaning.beside import Beside, standing_beside, unclear
from hervat.cleaning.coverage.search import Uncovered, uncovered, unsearched
from hervat.cleaning.errors import guarded
from hervat.cleaning.fingerprint import keepers_met, plan_hash, statement_texts, triggers_met
from hervat.cleaning.indexes import missing_indexes
from hervat.cleaning.lone import Lone, lone
from hervat.cleaning.persons import Persons
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem


@dataclass(frozen=True)
class Plan:
    """An immutable plan. `hash` names persons, policy, footprint, schema, statements and occasion, never counts.

    `persons` is the number asked for; `found`, `doubles` and `unknown` are keys of persons: with a true root, with
    more than one person row (set aside), with a root of unknown law. `rows`, `shared` and `stranded` count rows by
    table, `nulled` and (policy restrict) `marked` by table.column. `keepers`: what keeps the erased rows.
    `coverage`: where numbers of these persons stand that the plan leaves standing (None: nobody asked to search). With
    `blockers` it can't be executed. `lone`: rows that one person alone holds where no key may tell
    (`hervat.cleaning.lone`); `beside`: what else stands in the columns whose texts decide.
    """

    system: str
    policy: str
    hash: str
    persons: int
    found: tuple[str, ...]
    doubles: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: dict[str, int]
    shared: dict[str, int]
    stranded: dict[str, int]
    nulled: dict[str, int]
    marked: dict[str, int]
    triggers: tuple[str, ...]
    keepers: tuple[str, ...]
    indexes: tuple[str, ...]
    order: tuple[str, ...]
    statements: tuple[str, ...]
    blockers: tuple[str, ...]
    notes: tuple[str, ...]
    roots_total: int
    coverage: tuple[Uncovered, ...] | None = None
    lone: tuple[Lone, ...] = ()
    beside: tuple[Beside, ...] = ()


def make_plan(
    local: LocalSystem, persons: Persons, occasion: int = 0, v_numbers: Persons | None = None, search: bool = True
) -> Plan:
    """Return the plan to clean a system of these persons (key -> BSNs); `occasion` tells apart a second cleaning.

    Where coverage is configured it searches for their BSNs and V-nummers (key -> V-nummers), unless not to `search`.
    Reads only: its temporary tables are rolled back. Raises CleaningError when the database can't be read.
    """
    with guarded(local.name, "making the plan"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            survey = Survey(connection, local, persons)
            plan = _plan_of(local, persons, occasion, survey)
            if not (search and local.searched):
                return plan
            found = uncovered(survey, persons, v_numbers or {})
            return replace(plan, coverage=found, notes=plan.notes + unsearched(local))
        finally:
            connection.rollback()


def _plan_of(local: LocalSystem, persons: Persons, occasion: int, survey: Survey) -> Plan:
    erases, asked = local.system.policy == "erase", survey.asked
    indexed = erases and local.system.allow_index and local.database.looks_per_row
    alone = lone(survey) if erases else ()
    beside = standing_beside(survey.connection, local.shape, local.schema)
    return Plan(
        system=local.name,
        policy=local.system.policy,
        hash=plan_hash(local, persons, occasion),
        persons=len(persons),
        found=tuple(sorted(asked.found)),
        doubles=tuple(sorted(asked.doubles)),
        unknown=tuple(sorted(asked.unknown)),
        rows=survey.rows() if erases else {},
        shared=survey.shared(),
        stranded=survey.stranded(),
        nulled=survey.nulled() if erases else {},
        marked=survey.marked(),
        triggers=tuple(map(str, triggers_met(local))),
        keepers=tuple(map(str, keepers_met(local))),
        indexes=tuple(map(str, missing_indexes(local.shape, local.schema))) if indexed else (),
        order=survey.erasure.tables(local.database) if erases else (),
        statements=statement_texts(local),
        blockers=(*survey.unfit(), *(survey.blockers() if erases else ())),
        notes=(*local.shape.notes, *map(str, alone), *unclear(beside)),
        roots_total=survey.roots_total(),
        lone=alone,
        beside=tuple(beside),
    )
