"""Executing the statements of a plan, each held against the number of rows that was planned for it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from hervat.cleaning.errors import ConservationError, guarded
from hervat.cleaning.indexes import missing_indexes
from hervat.cleaning.plan import Plan
from hervat.cleaning.restrict import mark_statement
from hervat.cleaning.survey import Survey
from hervat.cleaning.system import LocalSystem


def erase(connection: Connection, local: LocalSystem, survey: Survey, plan: Plan) -> None:
    """Set keys of surviving rows to null and erase the rest. Raises ConservationError when a count is another."""
    # Indexes first: PostgreSQL does not use an index in its own transaction when rows were updated before.
    built = [one for one in missing_indexes(local.shape, local.schema) if plan.indexes and one.target in plan.rows]
    for one in built:
        with guarded(local.name, f"building an index on {one.table}"):
            one.create(connection)
    _null(connection, local, survey, plan)
    for group in survey.erasure.order:
        _delete(connection, local, survey, plan, [name for name in group if name in plan.rows])
    for one in built:
        one.drop(connection)


def mark(connection: Connection, local: LocalSystem, survey: Survey, plan: Plan) -> None:
    """Set the marks of policy restrict. Raises ConservationError when a count is another than planned."""
    for one in local.marks:
        with guarded(local.name, f"restricting {one}"):
            done = connection.execute(mark_statement(one, survey.reach)).rowcount
        _hold(local.name, plan.marked, str(one), done)


def _null(connection: Connection, local: LocalSystem, survey: Survey, plan: Plan) -> None:
    for one in survey.erasure.nullings:
        if one.columns and one.names[0] in plan.nulled:
            with guarded(local.name, f"setting {', '.join(one.names)} to null"):
                done = connection.execute(survey.erasure.null_statement(one)).rowcount
            _hold(local.name, plan.nulled, one.names[0], done)


def _delete(connection: Connection, local: LocalSystem, survey: Survey, plan: Plan, group: list[str]) -> None:
    with guarded(local.name, f"erasing from {', '.join(group)}"):
        if len(group) > 1 and local.database.circles == "together":
            done = list(connection.execute(survey.erasure.circle_statement(group)).one())
        else:
            done = [connection.execute(survey.erasure.delete_statement(name)).rowcount for name in group]
    for name, count in zip(group, done, strict=True):
        _hold(local.name, plan.rows, name, count)


def _hold(system: str, planned: Mapping[str, int], name: str, done: int) -> None:
    if done != planned.get(name, 0):
        text = f"system {system}: {name}: {done} rows instead of the {planned.get(name, 0)} planned; nothing was done"
        raise ConservationError(text)
