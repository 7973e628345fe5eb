"""Materialised views: the copy of an erased row goes in the same transaction, or nothing is done, or it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Connection, event

from hervat.erasure import CleaningError, LocalSystem, execute, lift, make_plan, open_system, unwise
from hervat.erasure.execution.old_values import OldValue
from hervat.settings import System
from tests.support.dossiers import Base, bsn

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
HERS, ANOTHERS = (1, 1, bsn(1)), (2, 2, bsn(2))
VIEWS = ("z_eerst", "a_daarna", "buiten.verder")


@pytest.fixture
def base(on_postgresql: Base) -> Base:
    """Copies of a copy, with a plain view between, in another schema, under names that sort the other way round."""
    on_postgresql.run(
        "create table persoon (id integer primary key, bsn text);\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), status text default 'x');\n"
        "create table apart (id integer primary key);\ncreate schema buiten;\n"
        "create view tussen as select root.id, persoon.id as pid, bsn from root join persoon on persoon.id = persoon_id;\n"
        "create materialized view z_eerst as select * from tussen;\n"
        "create materialized view a_daarna as select * from z_eerst;\n"
        "create materialized view buiten.verder as select * from public.a_daarna;\n"
        "create materialized view leeg as select * from root with no data;\n"
        "create materialized view los as select 1 as een from apart"
    )
    on_postgresql.add("persoon", (1, bsn(1)), (2, bsn(2)))
    on_postgresql.add("root", (1, 1), (2, 2))
    on_postgresql.run(";\n".join(f"refresh materialized view {name}" for name in VIEWS))
    return on_postgresql


@contextmanager
def as_account(base: Base, owns: tuple[str, ...] = ()) -> Iterator[LocalSystem]:
    """Open the system for a role that may clean the tables, and owns no more than these views."""
    role = f"poetser_{base.url.rsplit('_', 1)[1]}"
    base.run(f"create role {role} login;\ngrant usage on schema public, buiten to {role}")
    base.run(f"grant select, update, delete on all tables in schema public to {role}")
    base.run(f"grant create on schema public, buiten to {role}")
    base.run(";\n".join(f"alter materialized view {name} owner to {role}" for name in owns))
    url = base.url.replace("postgres@", f"{role}@")
    with open_system(System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})) as local:
        yield local


def copied(base: Base, view: str) -> list[tuple[object, ...]]:
    with base.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.exec_driver_sql(f"select * from {view}"))


def statements(*views: str) -> tuple[str, ...]:
    return tuple(f"REFRESH MATERIALIZED VIEW {one if '.' in one else f'public.{one}'}" for one in views)


def test_copies_of_copies_lose_the_row_with_it(base: Base) -> None:
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.statements[-3:] == statements(*VIEWS)
        assert not [one for one in (*plan.notes, *unwise(local)) if "materialised" in one]
        execute(local, ONE, plan.hash)
    assert [copied(base, name) for name in VIEWS] == [[ANOTHERS]] * 3


def test_a_refresh_that_fails_undoes_all_and_names_the_view(base: Base) -> None:
    base.run("create materialized view kapot as select 1 / (count(*) - 1) as x from root")
    before = base.everything()
    with open_system(base.system(FOOTPRINT)) as local:
        told = r"refreshing the materialised view kapot: the database refused \(DivisionByZero"
        with pytest.raises(CleaningError, match=told):
            execute(local, ONE, make_plan(local, ONE).hash)
    assert base.everything() == before
    assert [copied(base, name) for name in VIEWS] == [[HERS, ANOTHERS]] * 3


def test_a_refresh_of_the_vendor_that_waited_brings_nobody_back(base: Base) -> None:
    """It reads as of the moment at which it began to wait: hervat looks who waits, and refreshes once more after it."""
    vendors: list[Thread] = []

    def vendor() -> None:
        with base.engine.begin() as other:
            other.exec_driver_sql("refresh materialized view z_eerst")

    def after(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if "verder" in statement and statement.startswith("REFRESH") and not vendors:
            vendors.append(Thread(target=vendor))
            vendors[0].start()
            for _ in range(500):
                if copied(base, "pg_locks where relation = 'z_eerst'::regclass and not granted"):
                    break
                sleep(0.01)

    with open_system(base.system(FOOTPRINT)) as local:
        event.listen(local.engine, "after_cursor_execute", after)
        execute(local, ONE, make_plan(local, ONE).hash)
    vendors[0].join()
    assert [copied(base, name) for name in VIEWS] == [[ANOTHERS]] * 3


def test_an_account_without_the_right_is_told_what_the_administrator_must_do(base: Base) -> None:
    with as_account(base) as local:
        plan = make_plan(local, ONE)
        assert not [one for one in plan.statements if "REFRESH" in one]
        for name, statement in zip(VIEWS, statements(*VIEWS), strict=True):
            told = f"the materialised view {name} keeps a copy of rows of root until it is refreshed"
            assert [one for one in plan.notes if one.startswith(told) and one.endswith(statement)], name
            assert [one for one in unwise(local) if one.startswith(told)]
        assert not [one for one in plan.notes if "leeg" in one or "los" in one]
        assert execute(local, ONE, plan.hash).rows == {"root": 1}
    assert copied(base, "z_eerst") == [HERS, ANOTHERS]


def test_a_view_that_is_made_of_one_that_may_not_be_refreshed_stays_too(base: Base) -> None:
    """It would only copy once more what that one still keeps."""
    with as_account(base, owns=("z_eerst", "buiten.verder")) as local:
        plan = make_plan(local, ONE)
        assert plan.statements[-1:] == statements("z_eerst")
        assert {one.split()[3] for one in plan.notes} == {"a_daarna", "buiten.verder"}
        execute(local, ONE, plan.hash)
    assert [copied(base, name) for name in VIEWS] == [[ANOTHERS], [HERS, ANOTHERS], [HERS, ANOTHERS]]


def test_a_right_that_is_given_later_makes_another_plan(base: Base) -> None:
    with as_account(base) as local:
        plan = make_plan(local, ONE)
        base.run(f"alter materialized view z_eerst owner to poetser_{base.url.rsplit('_', 1)[1]}")
        with pytest.raises(CleaningError, match="make a new plan"):
            execute(local, ONE, plan.hash)


def test_a_copy_of_a_part_of_a_table_and_a_plan_that_finds_nothing(base: Base) -> None:
    base.run(
        "create table deel (id integer, root_id integer references root (id), primary key (id)) partition by range (id);\n"
        "create table deel_a partition of deel for values from (0) to (9);\ninsert into deel values (1, 1), (2, 2);\n"
        "create materialized view van_deel as select id from deel_a;\nalter table deel add x integer"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        execute(local, ONE, make_plan(local, ONE).hash)
        assert copied(base, "van_deel") == [(2,)]
        base.run("update deel set id = 7")
        assert execute(local, ONE, make_plan(local, ONE).hash).rows == {}
    assert copied(base, "van_deel") == [(2,)]  # nobody's row went: nobody waits for a refresh


def test_a_restriction_and_its_end_show_in_the_copy(base: Base) -> None:
    base.run("create materialized view merken as select id, status from root")
    given = {"policy": "restrict", "restrict": {"root.status": "beperkt"}}
    kept: list[OldValue] = []
    with open_system(base.system(FOOTPRINT, **given)) as local:
        execute(local, ONE, make_plan(local, ONE).hash, keep=kept.extend)
        assert copied(base, "merken") == [(1, "beperkt"), (2, "x")]
        lift(local, kept)
    assert copied(base, "merken") == [(1, "x"), (2, "x")]
