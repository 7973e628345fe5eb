"""Execution of an approved plan, all or nothing.

Persons go in one transaction, or in chunks if the system has a `chunk` size. Each chunk takes these steps, under the
system's lock (LockedError if another run has it); policy retain writes nothing and ends after step 3.

 1. Read the schema again. ChangedError if the plan's hash is another now.
 2. Find the persons and collect the keys of every row that hangs from their roots.
 3. BlockedError if anything blocks the plan.
 4. Count the rows of every table, the keys that point nowhere, and digest a sample of other people's rows.
 5. Run the statements, each checked against the planned row count; restrict first hands the old values to `keep`.
 6. Refresh the materialised views of the tables written to.
 7. ConservationError if more keys point nowhere than before.
 8. ConservationError if an erased row is still there, is still referenced, or a value set does not read back.
 9. ConservationError if any table has other rows than planned; only those that a known trigger writes to may grow.
10. ConservationError if the digest of other people's rows changed.
11. Hand the shared rows that an erasure leaves to `note`.
12. Commit. A rehearsal rolls back instead, and ends here.
13. Refresh a view again if the vendor's own refresh may have overtaken step 6.
14. Look at the rows of step 8 again, for what only the commit sets off.
15. Read back on a new connection: no root of the persons is left (see `read_back` for what that does not prove).

Guaranteed: if any of steps 1 to 11 fails, this chunk changed nothing in the system; chunks before it stay committed.
If the connection is lost during step 12, the chunk was done whole or not at all. If step 13, 14 or 15 fails, it was
done, and the error says what is wrong. In each case the next run plans again.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TypeAlias

from hervat.erasure.errors import BlockedError, ChangedError, CleaningError, translated_errors
from hervat.erasure.execution.chunks import chunks
from hervat.erasure.execution.conservation import Witness, count_tables, dangling, grown, refuse_dangling
from hervat.erasure.execution.elsewhere import Elsewhere
from hervat.erasure.execution.interference import remedy
from hervat.erasure.execution.lock import locked
from hervat.erasure.execution.old_values import OldValue, old_values
from hervat.erasure.execution.outcome import ExecutionOutcome
from hervat.erasure.execution.proof import Proof
from hervat.erasure.execution.read_back import verify_erasure
from hervat.erasure.execution.run_statements import Done, erase, indexed_before, mark
from hervat.erasure.execution.shared_rows import SharedKey, shared_keys
from hervat.erasure.planning.plan import plan_hash
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.selection.persons import Persons
from hervat.erasure.statements.effects import refresh_views, views_to_refresh, views_to_refresh_again
from hervat.erasure.system import LocalSystem
from hervat.plural import plural

Keep: TypeAlias = Callable[[list[OldValue]], None]
Note: TypeAlias = Callable[[Iterable[SharedKey]], None]


def execute(
    local: LocalSystem,
    persons: Persons,
    expected_hash: str,
    occasion: int = 0,
    keep: Keep | None = None,
    note: Note | None = None,
    rehearse: bool = False,
) -> ExecutionOutcome:
    """Clean a system of these persons, if the plan to do so still has this hash. See the module for the steps.

    keep: receives the old values before policy restrict overwrites them. note: receives the shared rows that an erasure
    leaves. An exception raised by either rolls the chunk back.
    rehearse: roll each chunk back; `keep` and `note` are not called.
    Raises LockedError, ChangedError, BlockedError, ConservationError or CleaningError.
    """
    if rehearse:
        keep, note = _discard, _discard
    elif local.system.policy == "restrict" and keep is None:
        raise CleaningError(f"system {local.name}: policy restrict needs a place to keep the old values")

    def refuse_changed(current: LocalSystem) -> None:
        if plan_hash(current, persons, occasion) != expected_hash:
            message = f"schema, footprint or persons changed since {expected_hash[:12]}: make a new plan"
            raise ChangedError(f"system {local.name}: {message}")

    execution = _Execution(local, refuse_changed, keep, note, rehearse)
    return reduce(add, map(execution.run, _parts(local, persons)))


def _parts(local: LocalSystem, persons: Persons) -> list[Persons]:
    size = local.system.chunk
    return chunks(local, persons, size) if size and len(persons) > size else [persons]


def _discard(rows: Iterable[object]) -> None:
    """Read the rows, as the real receiver would, and drop them."""
    deque(rows, maxlen=0)


@dataclass(frozen=True)
class _Execution:
    """A plan under execution; `run` takes one chunk of its persons through all steps."""

    local: LocalSystem
    refuse_changed: Callable[[LocalSystem], None]
    keep: Keep | None
    note: Note | None
    rehearse: bool

    def run(self, persons: Persons) -> ExecutionOutcome:
        """Return the outcome of one chunk."""
        local = self.local
        with translated_errors(local.name, "cleaning"), locked(local) as connection, indexed_before(connection, local):
            start = time.monotonic()
            self.local.database.begin_writing(connection)
            current = self.local.as_it_is_now(connection)
            self.refuse_changed(current)
            survey = PlanSurvey(connection, current, persons)
            proof = Proof(survey)
            outcome = self._write(survey, proof)
            self._note_shared(survey)
            stale_views = (
                views_to_refresh_again(connection, current) if outcome.rows or outcome.nulled or outcome.marked else []
            )
            if self.rehearse:
                connection.rollback()
                return replace(outcome, seconds=(time.monotonic() - start,))
            connection.commit()
            if stale_views:
                refresh_views(connection, current, stale_views, "once more, after the commit")
                connection.commit()
            proof.look_again()
        return _verified(outcome, survey, persons)

    def _write(self, survey: PlanSurvey, proof: Proof) -> ExecutionOutcome:
        """Take steps 3 to 10."""
        _refuse_blocked(survey)
        policy, shared = survey.local.system.policy, survey.shared()
        set_aside = tuple(sorted(survey.asked.doubles | survey.asked.unknown))
        if policy == "retain":
            return ExecutionOutcome(set_aside=set_aside, left=shared)
        before = _Before(survey)
        proof.begin()
        done = erase(survey, proof) if policy == "erase" else mark(survey, lambda: self._keep_old(survey))
        if done.anything:
            refresh_views(survey.connection, survey.local, views_to_refresh(survey.local))
        grew = before.compare(done, proof)
        return ExecutionOutcome(
            rows=done.rows,
            nulled=done.nulled,
            marked=done.marked,
            cleaned=tuple(sorted(survey.asked.found - survey.asked.doubles)),
            set_aside=set_aside,
            left=shared,
            grown=grew,
            whole=before.witness.whole,
            sampled=before.witness.sampled,
            uncounted=before.elsewhere.uncounted,
        )

    def _keep_old(self, survey: PlanSurvey) -> None:
        if self.keep:
            self.keep(old_values(survey.connection, survey.reach, survey.asked, survey.local.marks))

    def _note_shared(self, survey: PlanSurvey) -> None:
        if self.note and self.local.system.policy == "erase":
            self.note(shared_keys(survey.connection, survey.erasure))


def _refuse_blocked(survey: PlanSurvey) -> None:
    blockers = [*survey.unfit(), *(survey.blockers() if survey.local.system.policy == "erase" else [])]
    if blockers:
        raise BlockedError(f"system {survey.local.name}: the plan stops: {'; '.join(blockers)}")


class _Before:
    """The system as it was before the statements (step 4), to compare with afterwards (steps 7 to 10)."""

    def __init__(self, survey: PlanSurvey) -> None:
        connection, self._local = survey.connection, survey.local
        self._connection = connection
        self.elsewhere = Elsewhere(connection, self._local)
        self._counts = count_tables(connection, self._local.schema)
        self._dangling = dangling(connection, self._local.shape.concerned)
        self.witness = Witness(survey, self._counts)

    def compare(self, done: Done, proof: Proof) -> dict[str, int]:
        """Return by how many rows each table grew through triggers. Raises ConservationError on any other change."""
        connection, local = self._connection, self._local
        refuse_dangling(local.name, self._dangling, dangling(connection, local.shape.concerned))
        proof.refuse()
        after = count_tables(connection, local.schema)
        grew = grown(local, self._counts, after, done.rows, lambda tables: remedy(connection, local, tables))
        grew |= self.elsewhere.grown()
        self.witness.refuse_changed()
        return grew


def _verified(outcome: ExecutionOutcome, survey: PlanSurvey, persons: Persons) -> ExecutionOutcome:
    """Add the read-back to the outcome. Raises CleaningError when a root is left."""
    if survey.local.system.policy == "retain":
        return outcome
    verification = verify_erasure(survey.local, persons, survey.asked.doubles)
    if not verification.verified:
        message = f"still present after the commit: {plural(verification.left, 'root')} of cleaned persons"
        raise CleaningError(f"system {survey.local.name}: {message}")
    return replace(outcome, verification=verification)
