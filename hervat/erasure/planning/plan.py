"""A plan and its hash: what would be done and to whom, never how many rows that happens to be."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256

from hervat.erasure.errors import guarded
from hervat.erasure.planning.coverage.search import Uncovered, uncovered, unsearched
from hervat.erasure.planning.lone import Lone, lone
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.selection.beside import Beside, standing_beside, unclear
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.reach import reach_of
from hervat.erasure.statements.effects import keepers_met, refreshes, triggers_met
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import missing_indexes
from hervat.erasure.statements.restriction import mark_statement
from hervat.erasure.system import LocalSystem


def plan_hash(local: LocalSystem, persons: Persons, occasion: int = 0) -> str:
    """Return the hash that a plan for these persons has now; it reads no row of the system."""
    system = local.system
    content = {
        "system": system.name,
        "persons": sorted(persons),
        "policy": system.policy,
        "footprint": system.footprint.model_dump(mode="json") if system.footprint else None,
        "restrict": sorted((str(mark), str(mark.value)) for mark in local.marks),
        "allow_index": system.allow_index,
        "chunk": system.chunk,
        "schema": local.schema.described(local.shape.concerned),
        "triggers": [[one.name, one.table, one.definition] for one in triggers_met(local)],
        "statements": statement_texts(local),
        "occasion": occasion,
    }
    if keeping := keepers_met(local):  # a system that keeps nothing has the hash that it always had
        content["keepers"] = [str(one) for one in keeping]
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def statement_texts(local: LocalSystem) -> tuple[str, ...]:
    """Return the statements that the policy leads to, as text without values."""
    if "texts" not in local.remembered:
        local.remembered["texts"] = (*_texts(local), *(one.statement for one in refreshes(local)))
    texts: tuple[str, ...] = local.remembered["texts"]
    return texts


def _texts(local: LocalSystem) -> tuple[str, ...]:
    reach = reach_of(local)
    if local.system.policy == "erase":
        return tuple(Erasure(reach).texts(local.engine.dialect))
    if local.system.policy == "restrict":
        texts = (str(mark_statement(mark, reach).compile(dialect=local.engine.dialect)) for mark in local.marks)
        return tuple(" ".join(text.split()) for text in texts)
    return ()


@dataclass(frozen=True)
class Plan:
    """An immutable plan. `hash` names persons, policy, footprint, schema, statements and occasion, never counts.

    `persons` is the number asked for; `found`, `doubles` and `unknown` are keys of persons: with a true root, with
    more than one person row (set aside), with a root of unknown law. `rows`, `shared` and `stranded` count rows by
    table, `nulled` and (policy restrict) `marked` by table.column. `keepers`: what keeps the erased rows.
    `coverage`: where numbers of these persons stand that the plan leaves standing (None: nobody asked to search). With
    `blockers` it can't be executed. `lone`: rows that one person alone holds where no key may tell
    (`hervat.erasure.planning.lone`); `beside`: what else stands in the columns whose texts decide.
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
            survey = PlanSurvey(connection, local, persons)
            plan = _plan_of(local, persons, occasion, survey)
            if not (search and local.searched):
                return plan
            found = uncovered(survey, persons, v_numbers or {})
            return replace(plan, coverage=found, notes=plan.notes + unsearched(local))
        finally:
            connection.rollback()


def _plan_of(local: LocalSystem, persons: Persons, occasion: int, survey: PlanSurvey) -> Plan:
    erases, asked = local.system.policy == "erase", survey.asked
    indexed = erases and local.system.allow_index
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
        indexes=tuple(map(str, missing_indexes(local.shape, local.schema, local.database))) if indexed else (),
        order=survey.erasure.tables(local.database) if erases else (),
        statements=statement_texts(local),
        blockers=(*survey.unfit(), *(survey.blockers() if erases else ())),
        notes=(*local.shape.notes, *map(str, alone), *unclear(beside)),
        roots_total=survey.roots_total(),
        lone=alone,
        beside=tuple(beside),
    )
