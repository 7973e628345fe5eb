"""A plan and its hash. The hash names what would be done and to which persons, never how many rows that is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

from hervat.erasure.errors import translated_errors
from hervat.erasure.planning.coverage.search import Uncovered, uncovered, unsearched
from hervat.erasure.planning.single_holders import Lone, lone
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.selection.other_values import OtherValues, other_values, unclear_spellings
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.reach import reach_of
from hervat.erasure.statements.effects import keepers_met, triggers_met, views_to_refresh
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import missing_indexes
from hervat.erasure.statements.updates import mark_statement
from hervat.erasure.system import LocalSystem


def plan_hash(local: LocalSystem, persons: Persons, occasion: int = 0) -> str:
    """Return the hash that a plan for these persons has now. Reads no row of the system."""
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
        "triggers": [[trigger.name, trigger.table, trigger.definition] for trigger in triggers_met(local)],
        "statements": statement_texts(local),
        "occasion": occasion,
    }
    if keepers := keepers_met(local):  # without keepers the hash is what it was before they were part of it
        content["keepers"] = [str(keeper) for keeper in keepers]
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def statement_texts(local: LocalSystem) -> tuple[str, ...]:
    """Return the statements of the policy, as text without values."""
    if "texts" not in local.remembered:
        local.remembered["texts"] = (*_texts(local), *(copy.statement for copy in views_to_refresh(local)))
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

    persons: how many were asked for. found, doubles, unknown: keys of the persons with a true root, with more than one
    person row (set aside), and with a root of unknown law. rows, shared, stranded: row counts by table; nulled and
    (policy restrict) marked: by table.column. keepers: what keeps the erased rows. blockers: why it can't be executed.
    coverage: where these persons' numbers are that the plan leaves (None: no search was asked for). lone: rows that
    only one person holds where a key may be missing. beside: other texts in the columns that decide.
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
    beside: tuple[OtherValues, ...] = ()


def make_plan(local: LocalSystem, persons: Persons, occasion: int = 0, v_numbers: Persons | None = None) -> Plan:
    """Return the plan to clean a system of these persons (key -> BSNs), with the coverage search if configured.

    occasion: distinguishes a second cleaning of the same persons. v_numbers: key -> V-nummers, to search for too.
    Reads only: its temporary tables are rolled back. Raises CleaningError if the database can't be read.
    """
    with _surveying(local, persons) as survey:
        plan = _plan_of(survey, persons, occasion)
        if not local.searched:
            return plan
        coverage = uncovered(survey, persons, v_numbers or {})
        return replace(plan, coverage=coverage, notes=plan.notes + unsearched(local))


def draft_plan(local: LocalSystem, persons: Persons, occasion: int = 0) -> Plan:
    """Return what `make_plan` does, without the coverage search: to see which of these persons can be cleaned."""
    with _surveying(local, persons) as survey:
        return _plan_of(survey, persons, occasion)


@contextmanager
def _surveying(local: LocalSystem, persons: Persons) -> Iterator[PlanSurvey]:
    with translated_errors(local.name, "making the plan"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            yield PlanSurvey(connection, local, persons)
        finally:
            connection.rollback()


def _plan_of(survey: PlanSurvey, persons: Persons, occasion: int) -> Plan:
    local, asked = survey.local, survey.asked
    erases = local.system.policy == "erase"
    indexed = erases and local.system.allow_index
    alone = lone(survey) if erases else ()
    beside = other_values(survey.connection, local.shape, local.schema)
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
        notes=(*local.shape.notes, *map(str, alone), *unclear_spellings(beside)),
        roots_total=survey.roots_total(),
        lone=alone,
        beside=tuple(beside),
    )
