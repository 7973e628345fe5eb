"""Where triggers and rules of PostgreSQL write is named before, and by how much it grew is counted after."""

from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from hervat.erasure import (
    ChangedError,
    ConservationError,
    ExecutionOutcome,
    Plan,
    execute,
    make_plan,
    open_system,
    unwise,
)
from hervat.settings import System
from tests.support.dossiers import Base, bsn

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
LOG = "create table audit.log (id serial primary key, was jsonb)"
INTO = "insert into audit.log (was) values (to_jsonb(old))"


@pytest.fixture
def base(on_postgresql: Base) -> Base:
    """One corrected person (1) with a root and two rows below it, and another."""
    on_postgresql.run(
        "create table persoon (id integer primary key, bsn text);\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), status text);\n"
        "create table traject (id integer primary key, root_id integer not null references root (id));\n"
        f"create schema audit;\n{LOG}"
    )
    on_postgresql.add("persoon", (1, bsn(1)), (2, bsn(2)))
    on_postgresql.run("insert into root values (1, 1), (2, 2);\ninsert into traject values (1, 1), (2, 1), (3, 2)")
    return on_postgresql


def function(name: str, body: str, more: str = "") -> str:
    return (
        f"create function {name}() returns trigger language plpgsql {more} as $$ begin {body}; return null; end $$;\n"
    )


def after_delete(name: str, table: str, called: str, each: str = "for each row") -> str:
    return f"create trigger {name} after delete on {table} {each} execute function {called}"


def done(base: Base) -> tuple[Plan, ExecutionOutcome]:
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        return plan, execute(local, ONE, plan.hash)


NAMED = {
    "another schema": function("audit.f", INTO, "security definer") + after_delete("t", "root", "audit.f()"),
    "by the search path of the function": function("audit.f", INTO.replace("audit.", ""), "set search_path = audit")
    + after_delete("t", "root", "audit.f()"),
    "comments, capitals, quotes": function("f", 'INSERT /* into nobody */ INTO -- nobody\n audit . "log" (was) SELECT 1')
    .replace("SELECT 1", "select to_jsonb(old)") + after_delete("t", "root", "f()"),
    "with": function("f", f"with x as ({INTO} returning id) select null from x").replace("select null", "select 1 into n")
    .replace(" as $$ begin", " as $$ declare n integer; begin") + after_delete("t", "root", "f()"),
    "merge": function("f", INTO) + after_delete("t", "root", "f()"),
    "a function that a function calls": "create function audit.log_it(was jsonb) returns void language sql as"
    " $$ insert into audit.log (was) values (was) $$;\n"
    "create procedure audit.ook(was jsonb) language plpgsql as $$ begin perform audit.log_it(was); end $$;\n"
    + function("f", "call audit.ook(to_jsonb(old))") + after_delete("t", "root", "f()"),
    "a standard body": "create function audit.log_it(was jsonb) returns void begin atomic"
    " insert into audit.log (was) values (was); end;\n"
    + function("f", "perform audit.log_it(to_jsonb(old))") + after_delete("t", "root", "f()"),
    "transition table": function("f", "insert into audit.log (was) select to_jsonb(gone) from gone")
    + "create trigger t after delete on root referencing old table as gone for each statement execute function f()",
    "a text that is executed": function("f", "execute 'insert into audit.log (was) values ($1)' using to_jsonb(old)")
    + after_delete("t", "root", "f()"),
    "a rule": "create rule t as on delete to root do also insert into audit.log (was) values (to_jsonb(old))",
    "a rule with a condition": "create rule t as on delete to root where old.id > 0 do also"
    " insert into audit.log (was) values (to_jsonb(old))",
    "a view": "create view audit.kijk as select * from audit.log;\n"
    + function("f", INTO.replace("audit.log", "audit.kijk")) + after_delete("t", "root", "f()"),
}  # fmt: skip


@pytest.mark.parametrize("how", NAMED)
def test_what_it_writes_to_is_named_and_counted(base: Base, how: str) -> None:
    base.run(NAMED[how])
    plan, outcome = done(base)
    kind = "rule " if "rule" in how else ""
    assert plan.triggers == (f"{kind}t on root (writes to audit.log)",)
    assert outcome.grown == {"audit.log": 1}
    with open_system(base.system(FOOTPRINT)) as local:
        assert f"a cleaning sets off {plan.triggers[0]}" in unwise(local)


PUT_TOGETHER = {
    "format": "execute format('insert into %I.%I (was) values ($1)', 'audit', 'log') using to_jsonb(old)",
    "name of the table": "execute format('insert into audit.%I (was) values ($1)', 'l' || 'og') using to_jsonb(old)",
    "a variable": "execute 'in' || 'sert into audit.lo' || 'g (was) values ($1)' using to_jsonb(old)",
}


@pytest.mark.parametrize("how", PUT_TOGETHER)
def test_sql_that_is_put_together_is_said_and_what_grew_is_named_all_the_same(base: Base, how: str) -> None:
    base.run(function("f", PUT_TOGETHER[how]) + after_delete("t", "root", "f()"))
    plan, outcome = done(base)
    assert "writes where hervat can't see: SQL that it puts together when it runs" in plan.triggers[0]
    assert outcome.grown == {"audit.log": 1}


def test_a_table_that_is_named_after_its_own_is_guessed(base: Base) -> None:
    base.run(
        "create table audit.root (like root);\ncreate table audit.root_history (like root);\n"
        + function("f", "execute format('insert into audit.%I select ($1).*', tg_table_name) using old")
        + function("g", "execute format('insert into audit.%I select ($1).*', tg_argv[0]) using old")
        + after_delete("t", "root", "f();\n")
        + after_delete("u", "root", "g('root_history')")
    )
    plan, outcome = done(base)
    assert "t on root (writes to audit.root; writes where" in plan.triggers[0]
    assert "audit.root_history; writes where" in plan.triggers[1]
    assert outcome.grown == {"audit.root": 1, "audit.root_history": 1}


def test_a_trigger_behind_a_trigger_and_one_behind_a_cascade(base: Base) -> None:
    base.run(
        "create table audit.meer (id serial, was jsonb);\ncreate table audit.deel (id serial, log_id integer);\n"
        + function("f", INTO)
        + function("g", "insert into audit.meer (was) values (to_jsonb(new))")
        + after_delete("t", "traject", "f();\n")
        + "create trigger u after insert on audit.log for each row execute function g();\n"
        + "create trigger v after delete on audit.log for each row execute function g()"
    )
    plan, outcome = done(base)
    assert plan.triggers == ("t on traject (writes to audit.log)", "u on audit.log (writes to audit.meer)")
    assert outcome.grown == {"audit.log": 2, "audit.meer": 2}


def test_functions_that_call_each_other_in_a_circle(base: Base) -> None:
    base.run(
        "create function audit.een(n integer) returns integer language plpgsql as"
        " $$ begin if n > 0 then return audit.twee(n - 1); end if; return 0; end $$;\n"
        "create function audit.twee(n integer) returns integer language plpgsql as"
        " $$ begin insert into audit.log default values; return audit.een(n); end $$;\n"
        + function("f", "perform audit.een(2)")
        + after_delete("t", "root", "f()")
    )
    plan, outcome = done(base)
    assert plan.triggers == ("t on root (writes to audit.log)",)
    assert outcome.grown == {"audit.log": 2}


def test_what_only_a_comment_or_a_text_names_is_not_written_to(base: Base) -> None:
    body = "/* insert into audit.log */ perform 'delete from audit.log'; -- update audit.log set"
    base.run(function("f", f"{body}\n perform 1") + after_delete("t", "root", "f()"))
    plan, outcome = done(base)
    assert plan.triggers == ("t on root (writes to no table by its own text)",)
    assert outcome.grown == {}


def test_a_trigger_on_a_part_alone(base: Base) -> None:
    base.run(
        "create table deel (id integer, root_id integer references root (id), primary key (id)) partition by range (id);\n"
        "create table deel_a partition of deel for values from (0) to (9);\n"
        "create table audit.jaren (id integer, was jsonb) partition by range (id);\n"
        "create table audit.jaar partition of audit.jaren for values from (0) to (9);\n"
        "insert into deel values (1, 1), (2, 2);\n"
        + function("f", "insert into audit.jaar values (1, to_jsonb(old))")
        + after_delete("t", "deel_a", "f();\n")
        + after_delete("u", "deel", "f()")
    )
    plan, outcome = done(base)
    assert plan.triggers == ("t on deel (writes to audit.jaren)", "u on deel (writes to audit.jaren)")
    assert outcome.grown == {"audit.jaren": 2}


def test_a_table_that_the_account_may_not_read_is_counted_by_the_server(base: Base) -> None:
    base.run(function("audit.f", INTO, "security definer") + after_delete("t", "root", "audit.f()"))
    role = f"poetser_{base.url.rsplit('_', 1)[1]}"
    base.run(f"create role {role} login;\ngrant select, update, delete on all tables in schema public to {role}")
    url = base.url.replace("postgres@", f"{role}@")
    with open_system(System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT})) as local:
        plan = make_plan(local, ONE)
        assert plan.triggers == ("t on root (writes to audit.log)",)
        outcome = execute(local, ONE, plan.hash)
    assert (outcome.grown, outcome.uncounted) == ({"audit.log": 1}, ())


def test_rows_that_a_trigger_takes_from_another_schema_undo_all(base: Base) -> None:
    base.run("insert into audit.log (was) values ('{}')")
    base.run(function("f", "delete from audit.log") + after_delete("t", "root", "f()"))
    with pytest.raises(ConservationError, match=r"outside the plan: audit.log \(-1 rows\)"):
        done(base)
    assert len(base.rows("root")) == 2


@pytest.mark.parametrize(
    "change",
    [
        "create rule r as on delete to root do also insert into audit.log (was) values (null)",
        "create or replace function audit.log_it() returns void language sql as $$ delete from audit.log $$",
        "create publication sprekend for table root",
    ],
)
def test_a_rule_a_called_function_or_a_publication_that_comes_later_makes_another_plan(base: Base, change: str) -> None:
    base.run("create function audit.log_it() returns void language sql as $$ select $$")
    base.run(function("f", "perform audit.log_it()") + after_delete("t", "root", "f()"))
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        base.run(change)
        with pytest.raises(ChangedError):
            execute(local, ONE, plan.hash)


def test_an_event_trigger_that_writes_down_what_is_made(base: Base) -> None:
    base.run(
        "create table gemaakt (id serial, tag text);\n"
        "create function f() returns event_trigger language plpgsql as"
        " $$ begin insert into gemaakt (tag) values (tg_tag); end $$;\n"
        "create event trigger e on ddl_command_end execute function f()"
    )
    plan, outcome = done(base)
    assert plan.triggers == ("event trigger e on ddl_command_end (writes to gemaakt)",)
    assert set(outcome.grown) == {"gemaakt"}


def test_a_publication_is_named_with_what_its_subscribers_get(base: Base) -> None:
    base.run(
        "create publication alles for all tables;\ncreate publication nieuw for table root with (publish = 'insert')"
    )
    plan, _ = done(base)
    assert [one for one in plan.keepers if one.startswith("root: the publication alles keeps what is erased")]
    assert [one for one in plan.keepers if "nieuw" in one and "ALTER PUBLICATION nieuw SET" in one]
    with open_system(base.system(FOOTPRINT)) as local:
        assert set(plan.keepers) <= set(unwise(local))


def test_code_that_is_no_sql_is_said(base: Base) -> None:
    """Written in C: what it does with the table that it is given as an argument can't be read."""
    with suppress(DBAPIError):
        base.run("create extension lo")
        base.run("create trigger t before delete on root for each row execute function lo_manage('status')")
        plan, _ = done(base)
        assert plan.triggers == ("t on root (writes where hervat can't see: code in C)",)


def test_a_row_of_another_that_a_called_function_changes_undoes_all(base: Base) -> None:
    base.run(
        "create function audit.merk() returns void language sql as $$ update persoon set bsn = null where id = 2 $$;\n"
        + function("f", "perform audit.merk()")
        + after_delete("t", "root", "f()")
    )
    with pytest.raises(ConservationError, match="other people's rows would change in persoon"):
        done(base)
    assert base.rows("persoon")[1] == (2, bsn(2))


def test_a_log_that_a_called_function_fills_may_grow_with_a_key_and_without(base: Base) -> None:
    base.run(
        "create table spoor (id serial primary key, oud integer);\ncreate table spoor_los (oud integer);\n"
        "insert into spoor (oud) values (7);\ninsert into spoor_los values (7);\n"
        "create function schrijf(oud integer) returns void language sql as"
        " $$ insert into spoor (oud) values (oud); insert into spoor_los values (oud) $$;\n"
        + function("f", "perform schrijf(old.id)")
        + after_delete("t", "root", "f()")
    )
    plan, outcome = done(base)
    assert plan.triggers == ("t on root (writes to spoor, spoor_los)",)
    assert outcome.grown == {"spoor": 1, "spoor_los": 1}
    assert "spoor" in outcome.whole
