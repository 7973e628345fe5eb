"""Executing the statements of a plan, each checked against the planned row count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, func, select

from hervat.erasure.errors import ConservationError, guarded
from hervat.erasure.execution.interference import mend
from hervat.erasure.execution.proof import Emptied, Proof
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.model import Key
from hervat.erasure.statements.cycles import Circle
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import TemporaryIndex, missing_indexes
from hervat.erasure.statements.restriction import mark_statement
from hervat.erasure.system import LocalSystem

_NO_ACTION = ("", "NO ACTION", "RESTRICT")


def erase_group(connection: Connection, local: LocalSystem, erasure: Erasure, group: Sequence[str]) -> list[int]:
    """Erase from these tables. Return the number of rows of each; raise ConservationError if one is still named."""
    deletes = [erasure.delete_statement(name) for name in group]
    with local.database.unenforced(connection, _acting(local, group)) as unchecked:
        done = local.database.delete_group(connection, deletes)
    for key in unchecked:
        if left := connection.scalar(still_naming(erasure, key)):
            text = f"{left} rows of {key.table} came to point to what would be erased, by {key}; nothing was done"
            raise ConservationError(f"system {local.name}: {text}")
    return done


def still_naming(erasure: Erasure, key: Key) -> Select[int]:
    """Return the count of rows that name, by this key, what was erased: as they are now, and locked."""
    source = erasure.reach.schema[key.table].sa
    counted = select(func.count()).select_from(source).where(erasure.names_erased(key, source))
    return counted.with_for_update(read=True)


def _acting(local: LocalSystem, group: Sequence[str]) -> list[Key]:
    """Return the keys into these tables if they form a cycle, point to themselves, or a key into them cascades."""
    keys = [key for key in local.shape.pointing_in if key.declared and key.target in group]
    acts = len(group) > 1 or any(key.on_delete.upper() not in _NO_ACTION or key.table in group for key in keys)
    return keys if acts else []


@contextmanager
def indexed_before(connection: Connection, local: LocalSystem) -> Iterator[None]:
    """Build the temporary indexes before the transaction, and drop them after it, if they can't be part of it."""
    missing = _wanted_indexes(local) if local.system.policy == "erase" else []
    build = [index.statement(connection.dialect) for index in missing]
    drop = [index.drop_statement(connection.dialect) for index in missing]
    with local.database.indexed_before(connection, build, drop):
        yield


@dataclass(frozen=True)
class Done:
    """What was done: rows erased by table, keys nulled and marks set by table.column."""

    rows: dict[str, int] = field(default_factory=dict)
    nulled: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether any row was written to."""
        return bool(self.rows or self.nulled or self.marked)


def erase(connection: Connection, local: LocalSystem, survey: PlanSurvey, proof: Proof | None = None) -> Done:
    """Set keys of surviving rows to null and erase the rest. Raises ConservationError when a count is another.

    proof: what was counted before, of leaves too; left out, only tables whose keys were collected are held to a count.
    """
    planned = proof.gone.planned if proof else survey.collected()
    collected = {name: count for name, count in planned.items() if name in survey.reach.sets}
    # Indexes first: PostgreSQL does not use an index in its own transaction when rows were updated before.
    built = [one for one in _wanted_indexes(local) if one.target in collected]
    for one in built:
        with guarded(local.name, f"building an index on {one.table}"):
            one.create(connection)
    nulled = _null(connection, local, survey, proof.emptied if proof and proof.gone.stirred else None)
    rows, broken = dict[str, int](), survey.erasure.circles(local.database)
    for group in survey.erasure.order:
        met = [name for name in group if name in collected or name not in survey.reach.sets]
        if circle := broken.get(group):
            _break(connection, local, survey, circle, collected)
            met = [name for part in circle.among(met) for name in part]
        rows |= _delete(connection, local, survey, met)
        # At once: the next statement might fail by what was kept here, and its error would not say why.
        _hold(connection, local, {name: planned[name] for name in met if name in planned}, rows)
    _hold(connection, local, planned, rows)
    for one in built:
        one.drop(connection)
    return Done(rows={name: count for name, count in rows.items() if count}, nulled=nulled)


def mark(connection: Connection, local: LocalSystem, survey: PlanSurvey, keep: Callable[[], None]) -> Done:
    """Set the marks of policy restrict. Raises ConservationError when a count is another than counted before."""
    planned = survey.marked()
    if planned:
        keep()
    done: dict[str, int] = {}
    for one in local.marks if planned else ():
        with guarded(local.name, f"restricting {one}"):
            done[str(one)] = connection.execute(mark_statement(one, survey.reach)).rowcount
    _hold(connection, local, {name: planned.get(name, 0) for name in done}, done)
    return Done(marked=planned)


def _wanted_indexes(local: LocalSystem) -> list[TemporaryIndex]:
    return missing_indexes(local.shape, local.schema, local.database) if local.system.allow_index else []


def _null(connection: Connection, local: LocalSystem, survey: PlanSurvey, emptied: Emptied | None) -> dict[str, int]:
    planned, done = survey.nulled(), dict[str, int]()
    for one in survey.erasure.nullings:
        if one.columns and one.names[0] in planned:
            if emptied:
                emptied.note(one, planned[one.names[0]])
            with guarded(local.name, f"setting {', '.join(one.names)} to null"):
                rows = connection.execute(survey.erasure.null_statement(one)).rowcount
            done |= dict.fromkeys(one.names, rows)
    _hold(connection, local, planned, done)
    return done


def _break(
    connection: Connection, local: LocalSystem, survey: PlanSurvey, circle: Circle, collected: Mapping[str, int]
) -> None:
    """Set to null, in the rows that go, the keys that would hold the tables of a circle together."""
    met = {table: columns for table, columns in circle.nulled.items() if table in collected}
    done: dict[str, int] = {}
    for table, columns in met.items():
        with guarded(local.name, f"setting {', '.join(columns)} to null in what is erased from {table}"):
            done[table] = connection.execute(survey.erasure.breaking_statement(table, columns)).rowcount
    _hold(connection, local, {table: collected[table] for table in met}, done)


def _delete(connection: Connection, local: LocalSystem, survey: PlanSurvey, group: list[str]) -> dict[str, int]:
    with guarded(local.name, f"erasing from {', '.join(group)}"):
        done = erase_group(connection, local, survey.erasure, group)
    return dict(zip(group, done, strict=True))


def _hold(connection: Connection, local: LocalSystem, planned: Mapping[str, int], done: Mapping[str, int]) -> None:
    """Raise ConservationError for the first table (or table.column) of which another number was written."""
    for name, count in planned.items():
        if done.get(name, 0) != count:
            text = f"{name}: {done.get(name, 0)} rows instead of the {count} planned; nothing was done"
            table = name if name in local.schema.tables else name.rpartition(".")[0]
            raise ConservationError(f"system {local.name}: {text}; {mend(connection, local, [table])}")
