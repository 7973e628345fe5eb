"""Circles of tables emptied by setting keys to null first, as on SQL Server and Oracle, on the servers at hand."""

import os
import re
import sqlite3
from collections.abc import Iterator
from itertools import count, islice
from random import Random

import pytest

from hervat.databases.interface import Deleting
from hervat.databases.mariadb.database import Mariadb
from hervat.databases.postgresql.database import Postgresql
from hervat.databases.sqlite import connection as sqlite_files
from hervat.databases.sqlite import database as sqlite
from hervat.erasure import BlockedError, execute, make_plan, open_system, unwise
from tests.integration.erasure.test_erasure_property import BSNS, does_what_the_rules_say, world_of
from tests.support.dossiers import Base, bsn
from tests.support.naive import World

WORLDS = 2 * int(os.environ.get("HERVAT_TEST_MORE", "1"))  # on each kind of database
ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root", "belongs": {"a": ["root_id"], "b": ["a_id"]}}


@pytest.fixture(autouse=True)
def nulled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every kind of database empty circles so, with its keys enforced: on SQLite too."""
    for kind in (sqlite.Sqlite, Mariadb, Postgresql):
        for name in ("cycles_to_break", "group_statements", "delete_group", "unenforced"):
            monkeypatch.setattr(kind, name, getattr(Deleting, name))
    connect = sqlite_files._connect

    def enforced(*given: object) -> sqlite3.Connection:
        connection = connect(*given)  # type: ignore[arg-type]
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    monkeypatch.setattr(sqlite_files, "_connect", enforced)


def worlds(selves: bool, seed: int = 0) -> Iterator[tuple[World, set[str]]]:
    """Yield worlds in which rows of several tables of a circle go, and nothing stops that; the persons asked for.

    selves: with keys of a table to itself. InnoDB looks at each row by itself, so it would refuse some of those.
    """
    for at in count(seed):
        world, asked = world_of(at, loose=False), set(Random(at).sample(BSNS, 4))
        gone = world.erased(world.corrected(asked))
        keys = [(table, column, to) for table in world.keys for column, to in world.keys[table].items()]
        met = {table for table, _ in gone}
        blocked = any((table, column) in world.required for table, _, column in world.pointing(gone))
        firm = [(table, to) for table, column, to in keys if (table, column) in world.required]
        if blocked or not (selves or all(table != to for table, _, to in keys)):
            continue
        if circle({(table, to) for table, _, to in keys}, met) and not circle(set(firm), met):
            yield world, asked


def circle(points: set[tuple[str, str]], met: set[str]) -> bool:
    """Say whether one can go round over several of these tables."""
    points = {(one, to) for one, to in points if one != to and {one, to} <= met}
    while True:
        ends = {one for one, _ in points} & {to for _, to in points}
        left = {(one, to) for one, to in points if {one, to} <= ends}
        if left == points:
            return bool(points)
        points = left


@pytest.mark.parametrize("at", range(WORLDS))
def test_circles_are_emptied_as_the_rules_say(empty: Base, at: int) -> None:
    world, asked = next(islice(worlds(selves=not empty.is_mariadb), at, None))
    does_what_the_rules_say(world, empty, asked)


def two(base: Base, b_may_be_null: bool) -> None:
    """a and b point to each other; a1 and b1 are of person 1, a2 and b2 of person 2, but for what the test changes."""
    base.run(
        f"create table persoon (id integer primary key, bsn varchar(20));\n"
        f"insert into persoon values (1, '{bsn(1)}'), (2, '{bsn(2)}');\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "insert into root values (1, 1), (2, 2);\n"
        "create table a (id integer primary key, root_id integer references root (id), b_id integer not null"
        + (" references b (id));\n" if base.is_sqlite else ");\n")
        + "create table b (id integer primary key, a_id integer "
        + ("" if b_may_be_null else "not null ")
        + "references a (id));\n"
        "insert into a values (1, 1, 1), (2, 2, 2);\ninsert into b values (1, 1), (2, 2)"
    )
    if not base.is_sqlite:
        base.run("alter table a add foreign key (b_id) references b (id)")


def test_only_the_key_against_the_order_is_nulled_and_its_trigger_is_known(empty: Base) -> None:
    two(empty, b_may_be_null=True)
    empty.run("create table logboek (id integer)")
    empty.trigger("bij", "after update", "b", "insert into logboek values (1)")
    with open_system(empty.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        begins = [re.match(r"(?:UPDATE|DELETE FROM) \w+", one) for one in plan.statements]
        assert [one[0] for one in begins if one] == ["UPDATE b", "DELETE FROM a", "DELETE FROM b", "DELETE FROM root"]
        assert (plan.order, plan.nulled, plan.blockers) == (("a", "b", "root"), {}, ())
        assert plan.triggers == ("bij on b (writes to logboek)",)
        outcome = execute(local, ONE, plan.hash)
        assert (outcome.rows, outcome.nulled, outcome.grown) == ({"root": 1, "a": 1, "b": 1}, {}, {"logboek": 1})
    assert [empty.rows(name) for name in ("root", "a", "b")] == [[(2, 2)], [(2, 2, 2)], [(2, 2)]]


def test_keys_that_may_not_be_null_stop_the_plan_by_name(empty: Base) -> None:
    two(empty, b_may_be_null=False)
    before = empty.everything()
    told = "a, b point to each other by a.b_id, b.a_id, none of which can be null in several rows"
    with open_system(empty.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert len(plan.blockers) == 1
        assert plan.blockers[0].startswith(told)
        assert [one for one in unwise(local) if one.startswith(told)]
        with pytest.raises(BlockedError, match=told):
            execute(local, ONE, plan.hash)
    assert empty.everything() == before


def test_they_stop_no_plan_that_erases_from_one_of_the_tables_alone(empty: Base) -> None:
    two(empty, b_may_be_null=False)
    empty.run("update b set a_id = 2;\nupdate a set b_id = 2")
    with open_system(empty.system(FOOTPRINT)) as local:
        assert execute(local, ONE, make_plan(local, ONE).hash).rows == {"root": 1, "a": 1}
    assert (empty.rows("a"), empty.rows("b")) == ([(2, 2, 2)], [(1, 2), (2, 2)])
