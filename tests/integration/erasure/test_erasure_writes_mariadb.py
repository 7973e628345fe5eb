"""Where MariaDB's triggers write, in other databases too; the history of system-versioned tables."""

from collections.abc import Iterator

import pytest

from hervat.erasure import ExecutionOutcome, Plan, execute, make_plan, open_system, unwise
from hervat.erasure.execution.read_back import history_kept
from hervat.settings import System
from tests.support.dossiers import Base, bsn
from tests.support.mariadb import MariaServer

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}


@pytest.fixture
def base(mariadb_server: MariaServer) -> Base:
    base = Base(mariadb_server.create())
    base.run(
        "create table persoon (id integer primary key, bsn varchar(9));\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), status text);\n"
        "create table traject (id integer primary key, root_id integer not null references root (id))"
    )
    base.add("persoon", (1, bsn(1)), (2, bsn(2)))
    base.run("insert into root values (1, 1, 'x'), (2, 2, 'x');\ninsert into traject values (1, 1), (2, 1), (3, 2)")
    return base


@pytest.fixture
def audit(base: Base, mariadb_server: MariaServer) -> Iterator[str]:
    """The name of another database, with a log in it."""
    other = Base(mariadb_server.create())
    other.run("create table log (id integer auto_increment primary key, was text)")
    yield other.url.rsplit("/", 1)[1].partition("?")[0]


def done(base: Base) -> tuple[Plan, ExecutionOutcome]:
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        return plan, execute(local, ONE, plan.hash)


def test_a_trigger_that_writes_to_another_database(base: Base, audit: str) -> None:
    base.run(f"create trigger t after delete on traject for each row insert into {audit}.log (was) values (old.id)")
    plan, outcome = done(base)
    assert plan.triggers == (f"t on traject (writes to {audit}.log)",)
    assert outcome.grown == {f"{audit}.log": 2}
    with open_system(base.system(FOOTPRINT)) as local:
        assert f"a cleaning sets off {plan.triggers[0]}" in unwise(local)


def test_through_a_procedure_a_function_a_view_and_another_trigger(base: Base, audit: str) -> None:
    base.run(
        f"create table {audit}.meer (was text);\ncreate view {audit}.kijk as select * from {audit}.log;\n"
        f"create procedure {audit}.log_it(was text) insert into kijk (was) values (was);\n"
        f"create function schrijf(was text) returns integer begin call {audit}.log_it(was); return 1; end;\n"
        f"create trigger {audit}.u before insert on {audit}.log for each row insert into meer values (new.was);\n"
        "create trigger t before delete on root for each row set @x = schrijf(old.status)"
    )
    plan, outcome = done(base)
    assert plan.triggers == (f"t on root (writes to {audit}.log)", f"u on {audit}.log (writes to {audit}.meer)")
    assert outcome.grown == {f"{audit}.log": 1, f"{audit}.meer": 1}


def test_what_the_account_may_not_read_is_said_not_to_be_counted(
    base: Base, audit: str, mariadb_server: MariaServer
) -> None:
    own = base.url.rsplit("/", 1)[1].partition("?")[0]
    base.run(
        f"create procedure {audit}.log_it(was text) insert into {audit}.log (was) values (was);\n"
        f"create trigger t after delete on root for each row insert into {audit}.log (was) values (old.id);\n"
        f"create trigger u after delete on root for each row call {audit}.log_it(old.id)"
    )
    url = mariadb_server.account(own, f"krap_{own}", f"all privileges on {own}.*")
    with open_system(System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})) as local:
        plan = make_plan(local, ONE)
        hidden = f"writes where hervat can't see: the triggers of {audit}, which this account may not see (TRIGGER)"
        assert plan.triggers[0] == f"t on root (writes to {audit}.log; {hidden})"
        assert f"u on root (writes where hervat can't see: the text of {audit}.log_it()" in plan.triggers[1]
        outcome = execute(local, ONE, plan.hash)
    assert outcome.grown == {}
    assert outcome.uncounted == (f"{audit}.log: not counted: no right to read it, or it stands on another server",)


@pytest.mark.parametrize(
    "how",
    [
        "alter table root add system versioning",
        "alter table root add system versioning partition by system_time interval 1 year"
        " (partition p0 history, partition pn current)",
        "alter table root add column van timestamp(6) generated always as row start,"
        " add column tot timestamp(6) generated always as row end, add period for system_time (van, tot),"
        " add system versioning",
    ],
)
def test_a_system_versioned_table_is_read_erased_and_named(base: Base, how: str) -> None:
    if "partition" in how:
        base.run("alter table traject drop foreign key traject_ibfk_1;\nalter table root drop foreign key root_ibfk_1")
    base.run(how)
    given = FOOTPRINT | {
        "links": ["traject.root_id -> root.id", "root.persoon_id -> persoon.id"] if "partition" in how else []
    }
    with open_system(base.system(given)) as local:
        plan = make_plan(local, ONE)
        named = "root: system versioning keeps what is erased; after each cleaning let the administrator:"
        assert plan.keepers == (f"{named} DELETE HISTORY FROM root",)
        assert set(plan.keepers) <= set(unwise(local))
        assert history_kept(local) == ()
        outcome = execute(local, ONE, plan.hash)
        assert (outcome.rows, outcome.grown) == ({"root": 1, "traject": 2}, {})
        assert [(one.table, one.rows) for one in history_kept(local)] == [("root", 1)]
        base.run("delete history from root")
        assert history_kept(local) == ()
    assert len(base.rows("root")) == 1


def test_a_full_text_index_keeps_words_until_it_is_optimised(base: Base) -> None:
    base.run("create fulltext index woorden on root (status)")
    plan, _ = done(base)
    assert len(plan.keepers) == 1
    assert plan.keepers[0].startswith("root: the full-text index woorden keeps what is erased")
    assert "OPTIMIZE TABLE root" in plan.keepers[0]


def test_triggers_that_the_account_may_not_see_are_said_to_be_unseen(base: Base, mariadb_server: MariaServer) -> None:
    own = base.url.rsplit("/", 1)[1].partition("?")[0]
    base.run(
        "create table spoor (id integer);\ncreate trigger t after delete on root for each row insert into spoor values (1)"
    )
    url = mariadb_server.account(own, f"blind_{own}", f"select, update, delete, create temporary tables on {own}.*")
    with open_system(System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})) as local:
        why = "writes where hervat can't see: its text, which this account may not see (TRIGGER)"
        assert make_plan(local, ONE).triggers == (f"t on root ({why})",)


def test_a_function_that_the_account_is_not_shown_at_all(base: Base, mariadb_server: MariaServer) -> None:
    own = base.url.rsplit("/", 1)[1].partition("?")[0]
    base.run(
        "create table spoor (id integer);\n"
        "create function schrijf(oud text) returns integer begin insert into spoor values (1); return 1; end;\n"
        "create trigger t after delete on root for each row"
        " set @x = schrijf(concat(coalesce(old.status, ''), json_object('op', now())))"
    )
    rights = f"select, update, delete, trigger, create temporary tables on {own}.*"
    url = mariadb_server.account(own, f"schaars_{own}", rights)
    with open_system(System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})) as local:
        why = "writes where hervat can't see: the text of schrijf(), which this account may not see"
        assert make_plan(local, ONE).triggers == (f"t on root ({why})",)
    assert done(base)[0].triggers == ("t on root (writes to spoor)",)
