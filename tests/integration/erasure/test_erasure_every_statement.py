"""A fault at every single statement of an execution: nothing was done, and the next one cleans the same."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from hervat.erasure import CleaningError, LocalSystem, execute, make_plan, open_system
from tests.support.dossiers import Base, bsn

MORE = int(os.environ.get("HERVAT_TEST_MORE", "1"))
PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
Hurt = Callable[[Connection], None]


class Cut(BaseException):
    """What stops a process wherever it is; no `except Exception` sees it."""


def stop(connection: Connection) -> None:
    raise Cut


@contextmanager
def hurt_at(local: LocalSystem, at: int, hurt: Hurt) -> Iterator[list[str]]:
    """Hurt the execution before its statement number `at`; yields the statements that were begun."""
    begun: list[str] = []

    def before(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        begun.append(statement)
        if len(begun) - 1 == at:
            hurt(connection)

    event.listen(local.engine, "before_cursor_execute", before)
    try:
        yield begun
    finally:
        event.remove(local.engine, "before_cursor_execute", before)


@contextmanager
def hurt_at_commit(local: LocalSystem, hurt: Hurt) -> Iterator[None]:
    """Hurt the execution as it commits what it wrote (beside SQLite: its second commit; the first is of the lock)."""
    commits: list[int] = []

    def before(connection: Connection) -> None:
        commits.append(1)
        if len(commits) == (1 if local.database.name == "sqlite" else 2):
            hurt(connection)

    event.listen(local.engine, "commit", before)
    try:
        yield
    finally:
        event.remove(local.engine, "commit", before)


def cutting(base: Base) -> Hurt:
    """Return what cuts a connection: a server ends its process or thread, SQLite has none and stops ours."""

    def cut(connection: Connection) -> None:
        if base.is_sqlite:
            raise Cut
        driver: Any = connection.connection.driver_connection
        pid = driver.thread_id() if base.is_mariadb else driver.info.backend_pid
        with base.engine.connect() as other:
            other.execute(text(f"kill {pid}" if base.is_mariadb else f"select pg_terminate_backend({pid})"))

    return cut


def statements(local: LocalSystem, hash_: str, base: Base) -> list[str]:
    """Return the statements of an execution up to its commit, by one that is cut off there."""
    before = base.everything()
    with hurt_at(local, -1, stop) as begun, hurt_at_commit(local, cutting(base)), pytest.raises((Cut, CleaningError)):
        execute(local, PERSONS, hash_)
    assert base.everything() == before
    assert any(one.startswith("DELETE") for one in begun)
    return begun


def places(begun: list[str], base: Base) -> list[int]:
    """Return the numbers of all statements but most of those that read SQLite's schema: there are hundreds.

    On a server, where each cut costs a second, of all that change nothing in the system one in six, unless a long look
    is asked for.
    """
    reading = [at for at, one in enumerate(begun) if one.lstrip().startswith("PRAGMA")]
    every = 1 if base.is_sqlite or MORE > 1 else 6
    writing = ("DELETE", "UPDATE", "WITH")
    return [
        at for at, one in enumerate(begun) if at not in reading[1:-1] and (at % every == 0 or one.startswith(writing))
    ]


@pytest.mark.slow
def test_a_fault_at_any_statement_undoes_all(base: Base) -> None:
    """The process is stopped on SQLite, the connection cut on a server."""
    before = base.everything()
    with open_system(base.system()) as local:
        plan = make_plan(local, PERSONS)
        for at in places(statements(local, plan.hash, base), base):
            with hurt_at(local, at, cutting(base)), pytest.raises((Cut, CleaningError)) as caught:
                execute(local, PERSONS, plan.hash)
            assert base.everything() == before, at
            assert base.is_sqlite or caught.type is CleaningError
        outcome = execute(local, PERSONS, plan.hash)
    assert (outcome.rows, outcome.cleaned) == (plan.rows, ("a", "b"))


def test_a_process_stopped_at_any_writing_statement_undoes_all(base: Base) -> None:
    before = base.everything()
    with open_system(base.system()) as local:
        plan = make_plan(local, PERSONS)
        begun = statements(local, plan.hash, base)
        for at in [at for at, one in enumerate(begun) if one.startswith(("DELETE", "UPDATE", "WITH"))]:
            with hurt_at(local, at, stop), pytest.raises(Cut):
                execute(local, PERSONS, plan.hash)
            assert base.everything() == before, at
        assert execute(local, PERSONS, plan.hash).rows == plan.rows


def test_a_fault_while_reading_back_is_told_and_the_next_run_finds_nothing_to_do(base: Base) -> None:
    with open_system(base.system()) as local:
        plan = make_plan(local, PERSONS)
        count = len(statements(local, plan.hash, base))
        with hurt_at(local, count, stop), pytest.raises(Cut):
            execute(local, PERSONS, plan.hash)
        again = execute(local, PERSONS, plan.hash)
    assert (again.rows, again.cleaned, again.verification.left) == ({}, (), 0)
