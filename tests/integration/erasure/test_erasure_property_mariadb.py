"""The worlds of the property test on MariaDB, where every key is enforced, row by row."""

import os
from collections import Counter
from itertools import groupby
from random import Random

import pytest
from sqlalchemy import Connection, text

from hervat.erasure import execute, make_plan, open_system
from tests.integration.erasure.test_erasure_property import BSNS, after, world_of
from tests.support.dossiers import Base
from tests.support.mariadb import MariaServer
from tests.support.naive import World
from tests.support.worst_settings import ON_MARIADB, set_to

SEEDS = 16 * int(os.environ.get("HERVAT_TEST_MORE", "1"))
ACTIONS = ("", "on delete cascade", "on delete set null", "on delete restrict")


def build(world: World, base: Base, dice: Random) -> None:
    with base.engine.begin() as connection:
        connection.exec_driver_sql("set foreign_key_checks = 0")  # so that keys to nowhere can stand there
        connection.exec_driver_sql("create table p (id integer primary key, bsn varchar(20))")
        for name in world.keys:
            root = ", wet varchar(9), p_id integer references p (id)" if name == "t0" else ""
            columns = "".join(
                f", {column} integer {'not null' if (name, column) in world.required else ''}"
                for column in world.keys[name]
            )
            connection.exec_driver_sql(f"create table {name} (id integer primary key, x varchar(9){root}{columns})")
        for name, ends in world.link_keys.items():
            columns = ", ".join(f"{end} integer references {to} (id)" for end, to in ends.items())
            connection.exec_driver_sql(f"create table {name} ({columns})")
        for name, keys in world.keys.items():
            for column, to in keys.items():
                action = dice.choice(ACTIONS) if (name, column) not in world.required else dice.choice(ACTIONS[:2])
                key = f"foreign key ({column}) references {to} (id) {action}"
                connection.exec_driver_sql(f"alter table {name} add {key}")
        _fill(world, connection)
        connection.exec_driver_sql("set foreign_key_checks = 1")


def _fill(world: World, connection: Connection) -> None:
    _insert(connection, "p", [tuple(one) for one in world.persons.items()])
    for name, rows in world.rows.items():
        extra = {row: (world.laws[row], world.person_of[row]) if name == "t0" else () for row in rows}
        _insert(connection, name, [(row, "x", *extra[row], *values.values()) for row, values in rows.items()])
    for name, rows in world.links.items():
        _insert(connection, name, rows)


def _insert(connection: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    for width, alike in groupby(rows, key=len):
        places = ", ".join(f":v{at}" for at in range(width))
        given = [{f"v{at}": value for at, value in enumerate(row)} for row in alike]
        connection.execute(text(f"insert into {table} values ({places})"), given)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_mariadb_does_what_the_rules_say(seed: int, mariadb_server: MariaServer) -> None:
    dice = Random(seed)
    world, asked = world_of(dice.randrange(2**32), loose=True), set(dice.sample(BSNS, dice.randint(1, 5)))
    base = Base(mariadb_server.create())
    build(world, base, dice)
    before = base.everything()
    footprint = {
        "person": {"table": "p", "bsn": "bsn"},
        "root": "t0",
        "path": ["t0.p_id"],
        "where": {"t0.wet": "Wi2021"},
        "owns": [f"{table}.{column}" for table, column in world.owns],
        "belongs": world.belongs,
        "keep": world.keep,
    }
    persons = {f"key {one}": frozenset([one]) for one in asked}
    roots = world.corrected(asked)
    reached, gone = world.reached(roots), world.erased(roots)
    bad = dict(dice.sample(sorted(ON_MARIADB.items()), 5))
    with set_to(mariadb_server, bad), open_system(base.system(footprint)) as local:
        plan = make_plan(local, persons)
        assert base.everything() == before
        links = {name: len(rows) for name, rows in world.link_rows_gone(gone).items() if rows}
        assert plan.rows == dict(Counter(table for table, _ in gone)) | links
        assert plan.shared == dict(Counter(table for table, _ in reached - gone))
        pointing = Counter((table, column) for table, _, column in world.pointing(gone))
        blocked = {pair for pair in pointing if pair in world.required}
        assert len(plan.blockers) == len(blocked)
        if not blocked:
            assert execute(local, persons, plan.hash).verification.verified
            assert base.everything() == after(world, before, gone)
            assert execute(local, persons, plan.hash).rows == {}
