"""Running the statements of a plan, each checked against the planned row count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, func, select

from hervat.erasure.errors import ConservationError, translated_errors
from hervat.erasure.execution.interference import remedy
from hervat.erasure.execution.proof import NulledKeys, Proof
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.model import Key
from hervat.erasure.statements.cycles import Cycle
from hervat.erasure.statements.erasure import Erasure
from hervat.erasure.statements.indexes import TemporaryIndex, missing_indexes
from hervat.erasure.statements.updates import mark_statement
from hervat.erasure.system import LocalSystem
from hervat.plural import plural

_NO_CASCADE = ("", "NO ACTION", "RESTRICT")


def erase_group(survey: PlanSurvey, group: Sequence[str]) -> list[int]:
    """Erase from these tables. Return how many rows of each.

    Raises ConservationError if a row still refers to an erased one.
    """
    connection, local = survey.connection, survey.local
    deletes = [survey.erasure.delete_statement(name) for name in group]
    with local.database.unenforced(connection, _acting(local, group)) as unchecked:
        counts = local.database.delete_group(connection, deletes)
    for key in unchecked:
        if rows := connection.scalar(still_naming(survey.erasure, key)):
            message = f"{plural(rows, 'row')} of {key.table} would refer, by {key}, to erased rows; nothing was done"
            raise ConservationError(f"system {local.name}: {message}")
    return counts


def still_naming(erasure: Erasure, key: Key) -> Select[int]:
    """Return the query that counts rows referring, by this key, to erased ones: the rows as they are now, locked."""
    source = erasure.reach.schema[key.table].sa
    query = select(func.count()).select_from(source).where(erasure.names_erased(key, source))
    return query.with_for_update(read=True)


def _acting(local: LocalSystem, group: Sequence[str]) -> list[Key]:
    """Return the keys into these tables if they form a cycle, point to themselves, or a key into them cascades."""
    keys = [key for key in local.shape.pointing_in if key.declared and key.target in group]
    acts = len(group) > 1 or any(key.on_delete.upper() not in _NO_CASCADE or key.table in group for key in keys)
    return keys if acts else []


@contextmanager
def indexed_before(connection: Connection, local: LocalSystem) -> Iterator[None]:
    """Build the temporary indexes before the transaction, and drop them after it, if they can't be part of it."""
    missing = _temporary_indexes(local) if local.system.policy == "erase" else []
    build = [index.statement(connection.dialect) for index in missing]
    drop = [index.drop_statement(connection.dialect) for index in missing]
    with local.database.indexed_before(connection, build, drop):
        yield


@dataclass(frozen=True)
class Done:
    """What was written: rows erased by table, keys nulled and marks set by table.column."""

    rows: dict[str, int] = field(default_factory=dict)
    nulled: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """True if any row was written to."""
        return bool(self.rows or self.nulled or self.marked)


def erase(survey: PlanSurvey, proof: Proof | None = None) -> Done:
    """Set keys of surviving rows to null and erase the rest. Raises ConservationError if a row count differs.

    proof: has the planned counts of leaves too; without it only the tables whose keys were collected are checked.
    """
    planned = proof.gone.planned if proof else survey.collected()
    collected = {name: count for name, count in planned.items() if name in survey.reach.sets}
    # Indexes first: PostgreSQL does not use an index in its own transaction when rows were updated before.
    indexes = [index for index in _temporary_indexes(survey.local) if index.target in collected]
    for index in indexes:
        with translated_errors(survey.local.name, f"building an index on {index.table}"):
            index.create(survey.connection)
    nulled = _null_keys(survey, proof.nulled if proof and proof.gone.stirred else None)
    rows = _erase_in_order(survey, planned, collected)
    for index in indexes:
        index.drop(survey.connection)
    return Done(rows={name: count for name, count in rows.items() if count}, nulled=nulled)


def _erase_in_order(survey: PlanSurvey, planned: Mapping[str, int], collected: Mapping[str, int]) -> dict[str, int]:
    rows, cycles = dict[str, int](), survey.erasure.cycles(survey.local.database)
    for group in survey.erasure.order:
        tables = [name for name in group if name in collected or name not in survey.reach.sets]
        if cycle := cycles.get(group):
            _break_cycle(survey, cycle, collected)
            tables = [name for part in cycle.among(tables) for name in part]
        rows |= _delete(survey, tables)
        # At once: the next statement might fail because of a row kept here, and its error would not say why.
        _check_counts(survey, {name: planned[name] for name in tables if name in planned}, rows)
    _check_counts(survey, planned, rows)
    return rows


def mark(survey: PlanSurvey, keep: Callable[[], None]) -> Done:
    """Set the marks of policy restrict, after `keep`. Raises ConservationError if a row count differs."""
    planned = survey.marked()
    if planned:
        keep()
    counts: dict[str, int] = {}
    for value in survey.local.marks if planned else ():
        with translated_errors(survey.local.name, f"restricting {value}"):
            counts[str(value)] = survey.connection.execute(mark_statement(value, survey.reach)).rowcount
    _check_counts(survey, {name: planned.get(name, 0) for name in counts}, counts)
    return Done(marked=planned)


def _temporary_indexes(local: LocalSystem) -> list[TemporaryIndex]:
    return missing_indexes(local.shape, local.schema, local.database) if local.system.allow_index else []


def _null_keys(survey: PlanSurvey, nulled: NulledKeys | None) -> dict[str, int]:
    planned, counts = survey.nulled(), dict[str, int]()
    for nulling in survey.erasure.nullings:
        if nulling.columns and nulling.names[0] in planned:
            if nulled:
                nulled.save(nulling, planned[nulling.names[0]])
            with translated_errors(survey.local.name, f"setting {', '.join(nulling.names)} to null"):
                rows = survey.connection.execute(survey.erasure.null_statement(nulling)).rowcount
            counts |= dict.fromkeys(nulling.names, rows)
    _check_counts(survey, planned, counts)
    return counts


def _break_cycle(survey: PlanSurvey, cycle: Cycle, collected: Mapping[str, int]) -> None:
    """Set to null, in the rows to erase, the keys that would keep the tables of a cycle from being emptied."""
    nulled = {table: columns for table, columns in cycle.nulled.items() if table in collected}
    counts: dict[str, int] = {}
    for table, columns in nulled.items():
        with translated_errors(
            survey.local.name, f"setting {', '.join(columns)} to null in what is erased from {table}"
        ):
            counts[table] = survey.connection.execute(survey.erasure.breaking_statement(table, columns)).rowcount
    _check_counts(survey, {table: collected[table] for table in nulled}, counts)


def _delete(survey: PlanSurvey, group: list[str]) -> dict[str, int]:
    with translated_errors(survey.local.name, f"erasing from {', '.join(group)}"):
        counts = erase_group(survey, group)
    return dict(zip(group, counts, strict=True))


def _check_counts(survey: PlanSurvey, planned: Mapping[str, int], written: Mapping[str, int]) -> None:
    """Raise ConservationError for the first table (or table.column) with another row count than planned."""
    local = survey.local
    for name, count in planned.items():
        if written.get(name, 0) != count:
            message = f"{name}: {plural(written.get(name, 0), 'row')} instead of the {count} planned; nothing was done"
            table = name if name in local.schema.tables else name.rpartition(".")[0]
            raise ConservationError(f"system {local.name}: {message}; {remedy(survey.connection, local, [table])}")
