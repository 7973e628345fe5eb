"""Killed, locked, cut off, without rights: nothing or all, an error with the name of it, and the next run goes on."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from hervat.erasure import CleaningError, LockedError, check, execute, make_plan, open_system, unwise
from hervat.settings import System
from tests.support.dossiers import FOOTPRINT, Base, bsn, make_schema

PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
KILLED = """
import os, signal, sys
from sqlalchemy import event
from hervat.erasure import execute, make_plan, open_system
from hervat.settings import System
import json
system, persons, at = json.loads(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])
persons = {key: frozenset(bsns) for key, bsns in persons.items()}
with open_system(System.model_validate(system)) as local:
    plan = make_plan(local, persons)
    seen = [0]
    @event.listens_for(local.engine, "after_cursor_execute")
    def count(connection, cursor, statement, *rest):
        seen[0] += statement.startswith(("DELETE", "UPDATE", "WITH"))
        if seen[0] > at:
            os.kill(os.getpid(), signal.SIGKILL)
    @event.listens_for(local.engine, "commit")
    def commit(connection):
        if at == 99 and seen[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    execute(local, persons, plan.hash)
"""


def kill_at(base: Base, at: int) -> None:
    system = {"name": "proef", "database": base.url, "footprint": FOOTPRINT}
    persons = {key: sorted(bsns) for key, bsns in PERSONS.items()}
    done = subprocess.run([sys.executable, "-c", KILLED, json.dumps(system), json.dumps(persons), str(at)], check=False)
    assert done.returncode == -signal.SIGKILL


def settled(base: Base) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows once the database has noticed that its client is gone."""
    for _ in range(50):
        if base.is_sqlite:
            break
        busy = "pg_stat_activity where application_name = 'hervat'"
        if base.is_mariadb:
            busy = "information_schema.innodb_trx"
        with base.engine.connect() as connection:
            if connection.scalar(text(f"select count(*) from {busy}")) == 0:
                break
        time.sleep(0.1)
    return base.everything()


@pytest.mark.parametrize("empty", ["postgresql", "mariadb"], indirect=True)  # SQLite: after every one, below
@pytest.mark.parametrize("at", [0, 4, 13, 99])
def test_killed_at_any_statement_nothing_was_done_and_the_next_run_goes_on(base: Base, at: int) -> None:
    before = base.everything()
    kill_at(base, at)
    assert settled(base) == before
    with open_system(base.system()) as local:
        assert execute(local, PERSONS, make_plan(local, PERSONS).hash).cleaned == ("a", "b")


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)  # a process that is forked costs little there
def test_killed_after_every_statement_that_writes_what_lay_in_the_file_is_played_back(base: Base) -> None:
    system = {"name": "proef", "database": base.url, "footprint": FOOTPRINT}
    persons = {key: sorted(bsns) for key, bsns in PERSONS.items()}
    with open_system(base.system()) as local:
        plan = make_plan(local, PERSONS)
    command = [sys.executable, "-m", "tests.support.killed", json.dumps(system), json.dumps(persons)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert found["wrong"] == []
    assert found["kills"] > len(plan.rows) + len(plan.nulled)  # and the commit
    assert found["journals"] >= found["kills"] - 1
    with open_system(base.system()) as local:  # the last one was not killed
        assert execute(local, PERSONS, plan.hash).rows == {}


def test_a_run_beside_another_is_refused(base: Base) -> None:
    path = Path(base.url.removeprefix("sqlite:///"))
    with open_system(base.system()) as local:
        hash_ = make_plan(local, PERSONS).hash
        if base.is_sqlite:
            held = os.open(path.with_name("local.db.hervat-lock"), os.O_CREAT | os.O_RDWR)
            fcntl.flock(held, fcntl.LOCK_EX)
        else:
            other = base.engine.connect()
            taken = f"pg_advisory_lock({0x6865727661743031})"
            if base.is_mariadb:
                taken = "get_lock(concat('hervat:', left(sha1(database()), 40)), 0)"
            other.execute(text(f"select {taken}"))
        with pytest.raises(LockedError, match="system proef: another run"):
            execute(local, PERSONS, hash_)
        os.close(held) if base.is_sqlite else other.invalidate()
        assert execute(local, PERSONS, hash_).cleaned == ("a", "b")


def test_a_connection_that_is_cut_leaves_all_as_it_was(base: Base) -> None:
    cut = "perform pg_terminate_backend(pg_backend_pid())"
    if base.is_mariadb:
        cut = "kill connection connection_id()"
    base.trigger("kapot", "before delete", "termijn", "select raise(rollback, 'weg')" if base.is_sqlite else cut)
    before = base.everything()
    with open_system(base.system()) as local:
        with pytest.raises(CleaningError, match="system proef"):
            execute(local, PERSONS, make_plan(local, PERSONS).hash)
        assert base.everything() == before
    base.drop_trigger("kapot", "termijn")
    with open_system(base.system()) as local:
        assert execute(local, PERSONS, make_plan(local, PERSONS).hash).cleaned == ("a", "b")


@pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)  # MariaDB: test_erasure_mariadb.py
def test_a_role_that_may_only_read_can_plan_and_is_told_what_it_lacks(base: Base) -> None:
    if base.is_sqlite:
        path = Path(base.url.removeprefix("sqlite:///"))
        path.chmod(0o400)
        with open_system(base.system()) as local:
            assert make_plan(local, PERSONS).found == ("a", "b")
        return
    role = f"lezer_{base.url.rsplit('_', 1)[1]}"
    base.run(f"create role {role} login;\ngrant select on all tables in schema public to {role}")
    url = base.url.replace("postgres@", f"{role}@")
    system = System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT, "allow_index": True})
    with open_system(system) as local:
        plan = make_plan(local, PERSONS)
        assert plan.found == ("a", "b")
        told = check(local)
        assert "no right to DELETE on termijn" in told
        assert "no right to UPDATE on factuur" in told
        assert any("allow_index: termijn" in one for one in told)
        before = base.everything()
        with pytest.raises(CleaningError, match="InsufficientPrivilege"):
            execute(local, PERSONS, plan.hash)
    assert base.everything() == before


def test_what_is_unwise_is_said(base: Base) -> None:
    with open_system(base.system({**FOOTPRINT, "where": {}})) as local:
        told = " ".join(unwise(local))
    assert "every row of inburgeraar counts" in told
    assert ("allow_index" in told) is not (base.is_sqlite or base.is_mariadb)


@pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)  # MariaDB: test_erasure_mariadb.py
def test_hidden_rows_are_an_error_never_a_proof(base: Base) -> None:
    if base.is_sqlite:
        base.run("create table breed (id integer primary key, traject_nr integer references traject (plicht_id))")
        with open_system(base.system({**FOOTPRINT, "keep": ["factuur", "breed"]})) as local:
            assert execute(local, PERSONS, make_plan(local, PERSONS).hash).cleaned == ("a", "b")
        return
    role = f"blind_{base.url.rsplit('_', 1)[1]}"
    base.run(f"create role {role} login;\ngrant all on all tables in schema public to {role}")
    base.run("alter table inburgeraar enable row level security")
    url = base.url.replace("postgres@", f"{role}@")
    system = System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})
    with open_system(system) as local, pytest.raises(CleaningError, match="inburgeraar: row security is on"):
        make_plan(local, PERSONS)


def test_what_the_driver_says_of_a_row_that_it_could_not_load_is_not_repeated(on_postgresql: Base) -> None:
    make_schema(on_postgresql)
    secret = "geheim" * 40  # longer than a person's key can be: PostgreSQL's error repeats the row
    with open_system(on_postgresql.system()) as local, pytest.raises(CleaningError, match="making the plan") as caught:
        make_plan(local, {secret: frozenset([bsn(1)])})
    assert "geheim" not in str(caught.value)
    assert caught.value.__suppress_context__
