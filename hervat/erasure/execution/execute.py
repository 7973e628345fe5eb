"""The execution of a plan: under a lock, in one transaction (or one a chunk of persons), read back afterwards."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection

from hervat.erasure.errors import BlockedError, ChangedError, CleaningError, guarded
from hervat.erasure.execution.chunks import chunks
from hervat.erasure.execution.conservation import Witness, count_tables, dangling, grown, refuse_dangling
from hervat.erasure.execution.elsewhere import Elsewhere
from hervat.erasure.execution.interference import mend
from hervat.erasure.execution.lock import locked
from hervat.erasure.execution.old_values import OldValue, kept_values
from hervat.erasure.execution.proof import Proof
from hervat.erasure.execution.read_back import roots_left
from hervat.erasure.execution.run_statements import Done, erase, indexed_before, mark
from hervat.erasure.execution.shared_rows import SharedKey, shared_keys
from hervat.erasure.planning.plan import plan_hash
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.selection.persons import Persons
from hervat.erasure.statements.effects import may_grow, overtaken, refresh, refreshes
from hervat.erasure.system import LocalSystem

Keep: TypeAlias = Callable[[list[OldValue]], None]
Note: TypeAlias = Callable[[Iterable[SharedKey]], None]


@dataclass(frozen=True)
class ExecutionOutcome:
    """What was done, by table (`rows`, `left` shared, `grown` by triggers) and by table.column (`nulled`, `marked`).

    `cleaned` are the keys of the persons who had a true root, `set_aside` of those who are double or have a root of
    unknown law; who is in neither had nothing there. `read_back`: true roots found afterwards, 0. `whole` and
    `sampled`: tables whose other rows were compared before and after, all of them or some. `uncounted`: tables that
    triggers write to and of which nobody can say how much they grew. `held`: the seconds of each transaction, in which
    others may have waited.
    """

    rows: dict[str, int]
    nulled: dict[str, int]
    marked: dict[str, int]
    cleaned: tuple[str, ...]
    set_aside: tuple[str, ...]
    left: dict[str, int]
    grown: dict[str, int]
    read_back: int
    whole: tuple[str, ...] = ()
    sampled: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    held: tuple[float, ...] = field(default=(), compare=False)


def execute(
    local: LocalSystem,
    persons: Persons,
    expected_hash: str,
    occasion: int = 0,
    keep: Keep | None = None,
    note: Note | None = None,
    rehearse: bool = False,
) -> ExecutionOutcome:
    """Clean a system of these persons, all or nothing (of a chunk), if that is still what the hash names.

    rehearse: do all of it and roll it back, each chunk by itself; `keep` and `note` get nothing.

    `keep` gets the old values before policy restrict overwrites them, `note` the shared rows that an erasure leaves;
    when one of them raises, nothing was done.
    Raises LockedError, ChangedError, BlockedError, ConservationError or CleaningError: each time nothing was done
    (but the chunks before), but for a read-back that finds a root (the next run meets it), and a materialised view that
    can't be refreshed once more after the commit.
    """
    if rehearse:
        keep, note = _forget, _forget
    elif local.system.policy == "restrict" and keep is None:
        raise CleaningError(f"system {local.name}: policy restrict needs a place to keep the old values")
    size = local.system.chunk
    parts = chunks(local, persons, size) if size and len(persons) > size else [persons]

    def unchanged(current: LocalSystem) -> None:
        if plan_hash(current, persons, occasion) != expected_hash:
            told = f"schema, footprint or persons changed since {expected_hash[:12]}: make a new plan"
            raise ChangedError(f"system {local.name}: {told}")

    return _summed([_part(local, part, unchanged, keep, note, rehearse) for part in parts])


def _forget(found: Iterable[object]) -> None:
    """Let the rows be read, as in the execution, and keep none of them."""
    deque(found, maxlen=0)


def _part(
    local: LocalSystem,
    persons: Persons,
    unchanged: Callable[[LocalSystem], None],
    keep: Keep | None,
    note: Note | None,
    rehearse: bool,
) -> ExecutionOutcome:
    with guarded(local.name, "cleaning"), locked(local) as connection, indexed_before(connection, local):
        start = time.monotonic()
        local.database.begin_writing(connection)
        current = local.as_it_is_now(connection)
        unchanged(current)
        survey = PlanSurvey(connection, current, persons)
        proof = Proof(connection, current, survey)
        outcome = _act(connection, current, survey, keep, proof)
        if note and local.system.policy == "erase":
            note(shared_keys(connection, survey.erasure))
        behind = overtaken(connection, current) if outcome.rows or outcome.nulled or outcome.marked else []
        if rehearse:
            connection.rollback()
            return replace(outcome, held=(time.monotonic() - start,))
        connection.commit()
        if behind:
            refresh(connection, current, behind, "once more, after the commit")
            connection.commit()
        proof.look_again()
    _prove(current, persons, survey)
    return outcome


def _act(
    connection: Connection, local: LocalSystem, survey: PlanSurvey, keep: Keep | None, proof: Proof
) -> ExecutionOutcome:
    blockers = [*survey.unfit(), *(survey.blockers() if local.system.policy == "erase" else [])]
    if blockers:
        raise BlockedError(f"system {local.name}: the plan stops: {'; '.join(blockers)}")
    asked, shared = survey.asked, survey.shared()
    if local.system.policy == "retain":
        return _outcome(Done(), (), survey, shared, {})
    elsewhere = Elsewhere(connection, local)
    before, loose = count_tables(connection, local.schema), dangling(connection, local.shape.concerned)
    others = Witness(connection, local, survey, before)
    proof.begin()
    if local.system.policy == "erase":
        done = erase(connection, local, survey, proof)
    else:
        done = mark(connection, local, survey, lambda: _kept(connection, local, survey, keep))
    if done.anything:
        refresh(connection, local, refreshes(local))
    refuse_dangling(local.name, loose, dangling(connection, local.shape.concerned))
    proof.refuse()
    after = count_tables(connection, local.schema)
    grew = grown(local.name, before, after, done.rows, may_grow(local), lambda names: mend(connection, local, names))
    grew |= elsewhere.grown()
    others.refuse_changed()
    cleaned = tuple(sorted(asked.found - asked.doubles))
    return replace(_outcome(done, cleaned, survey, shared, grew, others), uncounted=elsewhere.uncounted)


def _kept(connection: Connection, local: LocalSystem, survey: PlanSurvey, keep: Keep | None) -> None:
    if keep:
        keep(kept_values(connection, survey.reach, survey.asked, local.marks))


def _outcome(
    done: Done,
    cleaned: tuple[str, ...],
    survey: PlanSurvey,
    shared: dict[str, int],
    grew: dict[str, int],
    others: Witness | None = None,
) -> ExecutionOutcome:
    aside = tuple(sorted(survey.asked.doubles | survey.asked.unknown))
    compared = (others.whole, others.sampled) if others else ((), ())
    return ExecutionOutcome(done.rows, done.nulled, done.marked, cleaned, aside, shared, grew, 0, *compared)


def _prove(local: LocalSystem, persons: Persons, survey: PlanSurvey) -> None:
    left = 0 if local.system.policy == "retain" else roots_left(local, persons, survey.asked.doubles)
    if left:
        raise CleaningError(f"system {local.name}: {left} roots of cleaned persons stand there after the commit")


def _summed(outcomes: list[ExecutionOutcome]) -> ExecutionOutcome:
    """Return the outcome of all chunks together."""
    if len(outcomes) == 1:
        return outcomes[0]
    summed: dict[str, Any] = {}
    for name in (one.name for one in fields(ExecutionOutcome)):
        values = [getattr(one, name) for one in outcomes]
        if isinstance(values[0], dict):
            summed[name] = dict(sum((Counter(value) for value in values), Counter()))
        elif isinstance(values[0], tuple):
            summed[name] = tuple(sorted({item for value in values for item in value}))
        else:
            summed[name] = sum(values)
    return ExecutionOutcome(**summed)
