"""On generated schemas: every copy that really holds an erased row was named, with where it stands and how much it grew."""

from random import Random

from hypothesis import HealthCheck, currently_in_test_context, event, given, settings
from hypothesis import strategies as st

from hervat.erasure import CleaningError, execute, make_plan, open_system
from tests.integration.erasure.test_erasure_property import BSNS, build, system, world_of
from tests.support.dossiers import Base
from tests.support.postgres import Cluster

PLACES = ("public", "audit", '"Hist orie"')
FORMS = ("plain", "called", "rule", "executed", "statement", "view", "put together", "path")


def copying(dice: Random, at: int, table: str, place: str) -> tuple[str, str]:
    """Return the statements of one trigger or rule on a table, and the name of the copy that it fills."""
    copy, form = f"{place}.copy{at}", dice.choice(FORMS)
    into = f"insert into {copy} (oud) values (old.id)"
    made = [f"create table {copy} (id serial, oud integer)"]
    called = f"returns trigger language plpgsql as $$ begin {{}}; return null; end $${' security definer' * dice.randint(0, 1)}"
    fires = f"create trigger c{at} after delete on {table} for each row execute function f{at}()"
    if form == "rule":
        return ";\n".join([*made, f"create rule c{at} as on delete to {table} do also {into}"]), copy
    if form == "called":
        made.append(f"create procedure p{at}(oud integer) language sql as $$ {into.replace('old.id', 'oud')} $$")
        into = f"call p{at}(old.id)"
    elif form == "executed":
        into = f"execute '{into.replace('old.id', '$1')}' using old.id"
    elif form == "put together":
        into = f"execute 'insert into ' || '{copy}' || ' (oud) values ($1)' using old.id"
    elif form == "view":
        made.append(f"create view kijk{at} as select * from {copy}")
        into = into.replace(copy, f"kijk{at}")
    elif form == "statement":
        into = f"insert into {copy} (oud) select id from gone"
        fires = fires.replace("for each row", "referencing old table as gone for each statement")
    elif form == "path":
        into, called = into.replace(copy, f"copy{at}"), f"{called} set search_path = {place}"
    made += [f"create function f{at}() {called.format(into)}", fires]
    return ";\n".join(made), copy


def names_every_copy(seed: int, asked: set[str], base: Base) -> None:
    dice, world = Random(seed), world_of(seed, loose=False)
    build(world, base)
    tables = dice.choices(list(world.keys), k=dice.randint(1, 4))
    copies = []
    for at, table in enumerate(tables):
        script, copy = copying(dice, at, table, dice.choice(PLACES))
        base.run(script)
        copies.append(copy)
    persons = {f"key {one}": frozenset([one]) for one in asked}
    with open_system(system(world, base)) as local:
        plan = make_plan(local, persons)
        if plan.blockers:
            return
        try:
            outcome = execute(local, persons, plan.hash)
        except CleaningError as error:  # PostgreSQL has no rules on what stands in WITH
            assert "FeatureNotSupported" in str(error), error
            return
    held = {copy.replace('"', "").removeprefix("public."): count(base, copy) for copy in copies}
    assert outcome.grown == {copy: rows for copy, rows in held.items() if rows}
    assert outcome.uncounted == ()
    named = " ".join(plan.triggers)
    assert [copy for copy, rows in held.items() if rows and copy not in named] == []
    if currently_in_test_context():
        event(f"copies: {sum(map(bool, held.values()))}")


def count(base: Base, table: str) -> int:
    with base.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0)


def test_every_copy_is_named_with_where_and_how_much(postgres_cluster: Cluster) -> None:
    base = Base(postgres_cluster.create())

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=3))
    def does(seed: int, asked: set[str]) -> None:
        base.run('drop schema if exists public, audit, "Hist orie" cascade;\ncreate schema public')
        base.run('create schema audit;\ncreate schema "Hist orie"')
        names_every_copy(seed, asked, base)

    does()
