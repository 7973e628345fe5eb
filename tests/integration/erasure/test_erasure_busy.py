"""The vendor's application works on while hervat cleans: nothing of its is lost, and nothing is half erased."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text

from hervat.erasure import CleaningError, execute, make_plan, open_system
from tests.support.dossiers import Base, bsn, fill, make_schema
from tests.support.postgres import Cluster

PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
OTHERS, ERASED = (103, 104, 105, 106), (101, 102)


@pytest.fixture
def busy(postgres_cluster: Cluster) -> Base:
    base = Base(postgres_cluster.create())
    make_schema(base)
    fill(base)
    base.run("insert into termijn select at, 100 + at % 6 + 1, null from generate_series(1000, 3000) at")
    return base


class Vendor(threading.Thread):
    """Adds, changes and takes away rows of others, and (for so many turns) adds and changes rows of those who go."""

    def __init__(self, base: Base, meddling: int) -> None:
        super().__init__(daemon=True)
        self.url = make_url(base.url).set(drivername="postgresql").render_as_string()
        self.meddling, self.turns, self.ended = meddling, 0, threading.Event()
        self.mine: dict[int, tuple[int, Any]] = {}
        self.failed: list[str] = []

    def run(self) -> None:
        dice = Random(1)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set statement_timeout = '20s'")
            while not self.ended.wait(0.002):
                self.turns += 1
                self._work(connection, dice)
                if self.turns < self.meddling:
                    self._meddle(connection, dice)

    def _work(self, connection: psycopg.Connection[Any], dice: Random) -> None:
        at, plicht = 10_000 + self.turns, dice.choice(OTHERS)
        connection.execute("insert into termijn values (%s, %s, null)", (at, plicht))
        self.mine[at] = (plicht, None)
        old = dice.choice(list(self.mine))
        if dice.random() < 0.5:
            connection.execute("update termijn set einde = '2026-01-01' where id = %s", (old,))
            self.mine[old] = (self.mine[old][0], "2026-01-01")
        elif dice.random() < 0.3:
            connection.execute("delete from termijn where id = %s", (old,))
            del self.mine[old]

    def _meddle(self, connection: psycopg.Connection[Any], dice: Random) -> None:
        plicht = dice.choice(ERASED)
        try:
            connection.execute("insert into termijn values (%s, %s, null)", (100_000 + self.turns, plicht))
            connection.execute("update ontheffing set reden = 'anders' where plicht_id = %s", (plicht,))
            connection.execute("insert into factuur values (%s, 1, 1)", (100_000 + self.turns,))
        except psycopg.errors.ForeignKeyViolation:
            self.failed.append("gone already")

    def stop(self) -> None:
        self.ended.set()
        self.join(30)
        assert not self.is_alive()


def until_done(base: Base, before: dict[str, list[Any]]) -> tuple[Any, list[str]]:
    """Execute again and again until it succeeds; each time that it does not, nothing was erased."""
    refused = []
    with open_system(base.system()) as local:
        plan = make_plan(local, PERSONS)
        for _ in range(60):
            try:
                return execute(local, PERSONS, plan.hash), refused
            except CleaningError as error:
                refused.append(str(error))
                assert set(before["inburgeraar"]) == set(base.rows("inburgeraar"))
                assert {row[0] for row in before["termijn"]} <= {row[0] for row in base.rows("termijn")}
                time.sleep(0.05)
    pytest.fail(f"never done: {refused[-1]}")


@pytest.mark.parametrize("meddling", [0, 40, 400])
def test_the_vendor_writes_on(busy: Base, meddling: int) -> None:
    before = busy.everything()
    vendor = Vendor(busy, meddling)
    vendor.start()
    try:
        outcome, refused = until_done(busy, before)
    finally:
        vendor.stop()
    assert vendor.turns > 5
    assert not any("101" in one or "102" in one for one in refused)
    if not meddling:
        assert refused == []  # who writes to the rows of others alone is never in the way
    assert outcome.cleaned == ("a", "b")
    left = {row[0]: (row[1], row[2] and str(row[2])) for row in busy.rows("termijn")}
    theirs = {row[0]: (row[1], row[2] and str(row[2])) for row in before["termijn"] if row[1] not in ERASED}
    assert left == theirs | vendor.mine
    assert [row[0] for row in busy.rows("inburgeraar")] == [3, 4, 5, 6]
    assert all(row[1] in (None, 3) for row in busy.rows("factuur"))
    for table in ("natuurlijk_persoon", "vreemdeling", "gemeente", "taalles"):
        assert busy.rows(table) == before[table]


@contextmanager
def row_lock(base: Base, statement: str, seconds: float) -> Iterator[None]:
    """Let the vendor's application hold a lock for so long, or until the end of the block."""
    ended = threading.Event()
    taken = threading.Event()

    def hold() -> None:
        with base.engine.connect() as connection:
            connection.execute(text(statement))
            taken.set()
            ended.wait(seconds)
            connection.rollback()

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert taken.wait(60)
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


@pytest.mark.parametrize(
    "held",
    [
        "select * from termijn where id = 1 for update",
        "select * from inburgeraar where id = 1 for share",
        "select * from inburgeringsplicht where id = 101 for key share",
    ],
)
def test_a_row_lock_costs_waiting_time(busy: Base, held: str) -> None:
    with open_system(busy.system()) as local:
        plan = make_plan(local, PERSONS)
        with row_lock(busy, held, 2):
            began = time.monotonic()
            outcome = execute(local, PERSONS, plan.hash)
        assert time.monotonic() - began > 1.5
    assert outcome.rows == plan.rows


def test_a_row_lock_held_too_long_is_named_and_nothing_was_done(busy: Base) -> None:
    system = busy.system().model_copy(update={"database": f"{busy.url}?options=-c%20lock_timeout%3D700ms"})
    with open_system(system) as local:
        plan = make_plan(local, PERSONS)
        with row_lock(busy, "select * from termijn where id = 1 for update", 60):
            before = busy.everything()
            with pytest.raises(CleaningError, match="system proef: erasing from termijn: .*LockNotAvailable"):
                execute(local, PERSONS, plan.hash)
            assert busy.everything() == before
        assert execute(local, PERSONS, plan.hash).rows == plan.rows


def test_a_row_that_the_vendor_changed_meanwhile_undoes_all(busy: Base) -> None:
    """A change of a row that goes, committed after hervat looked: its snapshot is too old, the next try sees it."""
    with open_system(busy.system()) as local:
        plan = make_plan(local, PERSONS)
        changed = threading.Event()

        def change() -> None:
            with busy.engine.begin() as connection:
                connection.execute(text("update ontheffing set reden = 'nieuw' where id = 1"))
                changed.set()
                time.sleep(1.5)

        thread = threading.Thread(target=change)
        thread.start()
        assert changed.wait(60)
        with pytest.raises(CleaningError, match="SerializationFailure"):
            execute(local, PERSONS, plan.hash)
        thread.join()
        assert len(busy.rows("inburgeraar")) == 6
        assert execute(local, PERSONS, plan.hash).rows == plan.rows
