"""PostgreSQL: the schema in which the tables stand decides, whatever the account's search_path or own schema is."""

from typing import Any

import pytest

from hervat.erasure import BlockedError, check, execute, make_plan, open_system, unwise
from hervat.erasure.suggest import suggest_for
from hervat.errors import ConfigurationError
from hervat.settings import System
from tests.support.dossiers import Base, bsn

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT: dict[str, Any] = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
TABLES = (
    "create table {0}.persoon (id integer primary key, bsn text);\n"
    "create table {0}.root (id integer primary key, persoon_id integer references {0}.persoon (id));\n"
    "create table {0}.traject (id integer primary key, root_id integer not null references {0}.root (id));\n"
    f"insert into {{0}}.persoon values (1, '{bsn(1)}'), (2, '{bsn(2)}');\n"
    "insert into {0}.root values (1, 1), (2, 2);\ninsert into {0}.traject values (1, 1), (2, 2)"
)


def account(base: Base, *schemas: str, path: str = "") -> str:
    """Make a role that may clean all that stands in these schemas now; return its name."""
    role = f"wisser_{base.url.rsplit('_', 1)[1]}"
    listed = ", ".join(schemas)
    base.run(
        f"create role {role} login;\ngrant usage on schema {listed} to {role};\n"
        f"grant select, update, delete on all tables in schema {listed} to {role}"
    )
    if path:
        base.run(f"alter role {role} set search_path = {path}")
    return role


def system(base: Base, role: str, **footprint: Any) -> System:
    url = base.url.replace("postgres@", f"{role}@")
    return System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT | footprint})


def ids(base: Base, table: str) -> list[int]:
    with base.engine.connect() as connection:
        return sorted(row[0] for row in connection.exec_driver_sql(f"select id from {table}"))


OWN = "create schema {role} authorization {role}"


@pytest.mark.parametrize("own", [False, True])
def test_a_schema_of_the_accounts_own_hides_nothing(on_postgresql: Base, own: bool) -> None:
    base = on_postgresql
    base.run(TABLES.format("public"))
    base.run(
        "create schema archief;\ncreate table archief.brief (id int primary key, root_id int references root (id) on delete cascade);\n"
        "create table archief.nota (id int primary key, root_id int references root (id) on delete set null);\n"
        "create table archief.los (id int primary key, root_id int references root (id));\n"
        "create materialized view overzicht as select bsn from root join persoon on persoon.id = persoon_id"
    )
    role = account(base, "public")
    if own:
        base.run(OWN.format(role=role))
    with open_system(system(base, role)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"root": 1, "traject": 1}
        assert [one.split(" (")[0] for one in plan.blockers] == ["archief.brief", "archief.nota"]
        assert any("archief.los, which this account may not read, points to root" in one for one in plan.notes)
        assert any("the materialised view overzicht keeps a copy of rows of root" in one for one in plan.notes)
        with local.engine.connect() as connection:
            assert connection.exec_driver_sql("select current_schema()").scalar() == "public"
        told = [one for one in unwise(local) if one.startswith("search_path:")]
        assert bool(told) is own
        assert all("SET search_path = public" in one and role in one for one in told)
        assert not [one for one in check(local) if "SELECT" in one]
        with pytest.raises(BlockedError, match=r"archief\.brief"):
            execute(local, ONE, plan.hash)


def test_the_plan_is_the_same_with_and_without_a_schema_of_its_own(on_postgresql: Base) -> None:
    on_postgresql.run(TABLES.format("public"))
    role = account(on_postgresql, "public")
    hashes = []
    for statement in ("select 1", OWN.format(role=role)):
        on_postgresql.run(statement)
        with open_system(system(on_postgresql, role)) as local:
            hashes.append(make_plan(local, ONE).hash)
    assert hashes[0] == hashes[1]
    with open_system(system(on_postgresql, role)) as local:
        assert execute(local, ONE, hashes[0]).rows == {"root": 1, "traject": 1}


def test_what_the_account_may_read_in_another_schema_is_cleaned_too(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run(TABLES.format("public"))
    base.run(
        'create schema "Archief 2022";\n'
        'create table "Archief 2022"."Brief" (id int primary key, root_id int references root (id) on delete cascade);\n'
        'insert into "Archief 2022"."Brief" values (1, 1), (2, 2)'
    )
    role = account(base, "public", '"Archief 2022"')
    base.run(OWN.format(role=role))
    with open_system(system(base, role)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"root": 1, "traject": 1, "Archief 2022.Brief": 1}
        execute(local, ONE, plan.hash)
    assert ids(base, '"Archief 2022"."Brief"') == [2]


def test_a_schema_with_a_blank_and_capitals_in_its_name(on_postgresql: Base) -> None:
    on_postgresql.run('create schema "Mijn Schema"')
    on_postgresql.run(TABLES.format('"Mijn Schema"'))
    role = account(on_postgresql, '"Mijn Schema"')
    named = {"person": {"table": "Mijn Schema.persoon", "bsn": "bsn"}, "root": "Mijn Schema.root"}
    named |= {"path": ["Mijn Schema.root.persoon_id -> Mijn Schema.persoon"]}
    with open_system(system(on_postgresql, role, **named)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"Mijn Schema.root": 1, "Mijn Schema.traject": 1}
        assert execute(local, ONE, plan.hash).rows == plan.rows


@pytest.mark.parametrize("where", ["role", "url"])
def test_a_search_path_of_several_schemas(on_postgresql: Base, where: str) -> None:
    """The tables stand in two of them, neither the first; a name of the full kind means the same."""
    base = on_postgresql
    base.run("create schema leeg;\ncreate schema app;\ncreate schema later")
    base.run(TABLES.format("app"))
    base.run(
        "create table later.les (id int primary key, traject_id int references app.traject (id));\ninsert into later.les values (1, 1), (2, 2)"
    )
    role = account(base, "leeg", "app", "later", path="leeg, app, later" if where == "role" else "")
    url = system(base, role).database or ""
    url += "?options=-csearch_path%3Dleeg,app,later" if where == "url" else ""
    for root in ("root", "app.root"):
        given = {"name": "proef", "database": url, "footprint": FOOTPRINT | {"root": root}}
        with open_system(System.model_validate(given)) as local:
            plan = make_plan(local, ONE)
            assert plan.rows == {"root": 1, "traject": 1, "les": 1}
            assert any("are in several schemas (app, later)" in one for one in unwise(local))
            assert not [one for one in check(local) if "no right to" in one and "TEMP" not in one]
    assert ids(base, "later.les") == [1, 2]


def test_a_name_that_stands_in_two_schemas_of_the_path_is_refused_until_it_is_said_which(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run(TABLES.format("public"))
    role = account(base, "public")
    base.run(
        f"{OWN.format(role=role)};\ncreate table {role}.root (id integer primary key, persoon_id integer);\n"
        f"grant select on {role}.root to {role}"
    )
    mend = f"it stands in several schemas of the search_path, which one is meant can't be told: write public.root or {role}.root"
    with pytest.raises(ConfigurationError, match=mend):
        open_system(system(base, role))
    with open_system(system(base, role, root="public.root")) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"public.root": 1, "traject": 1}
        assert execute(local, ONE, plan.hash).rows == plan.rows
    assert ids(base, "public.root") == [2]


def test_no_search_path_at_all_is_told_with_the_name_to_write(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run("create schema app")
    base.run(TABLES.format("app"))
    role = account(base, "app", path="''")
    with pytest.raises(
        ConfigurationError, match=rf"not in the search_path of {role}, or that it may not use: write app\.root"
    ):
        open_system(system(base, role))
    named = {"person": {"table": "app.persoon", "bsn": "bsn"}, "root": "app.root"}
    with open_system(system(base, role, **named)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"app.root": 1, "app.traject": 1}
        assert execute(local, ONE, plan.hash).rows == plan.rows


def test_a_foreign_table_a_part_and_a_view_of_elsewhere_are_named(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run(TABLES.format("public"))
    base.run(
        "create extension postgres_fdw;\ncreate server ver foreign data wrapper postgres_fdw;\n"
        "create foreign table klant_ver (id int, bsn text) server ver;\ncreate schema oud;\n"
        "create table oud.klant (id int primary key, bsn text);\ncreate view klanten as select * from oud.klant;\n"
        "create table dag (id int, jaar int) partition by list (jaar);\ncreate table dag_1 partition of dag for values in (1)"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        found = unwise(local)
        assert any(one.startswith("foreign table klant_ver: its rows are stored elsewhere") for one in found)
        assert any(
            one.startswith("the view klanten shows bsn of oud.klant, which hervat does not read") for one in found
        )
    for name, mend in (("klant_ver", "it is a foreign table"), ("dag_1", r"it is a part \(partition\) of dag")):
        with pytest.raises(ConfigurationError, match=mend):
            open_system(base.system(FOOTPRINT | {"keep": [name]}))


def test_a_bsn_of_a_domain_is_suggested_found_and_named(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run(
        "create schema soorten;\ncreate domain soorten.nummer as varchar(9);\ncreate domain bsn as soorten.nummer check (value ~ '^[0-9]+$');\n"
        "create table persoon (id integer primary key, bsn bsn unique, naam text);\n"
        "create table inburgeraar (id integer primary key, persoon_id integer not null references persoon (id), wet text);\n"
        "create table belletje (id integer primary key, klant_bsn bsn, alle_bsn bsn[])"
    )
    base.add("persoon", (1, bsn(1), "x"), (2, bsn(2), "y"))
    base.add("inburgeraar", (1, 1, "Wi2021"), (2, 2, "Wi2021"))
    base.run(f"insert into belletje values (1, '{bsn(1)}', array['{bsn(1)}']::bsn[])")
    assert suggest_for("proef", base.url).footprint["person"] == {"table": "persoon", "bsn": "bsn"}
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
    with open_system(base.system(footprint)) as local:
        named = [one.split(" by its")[0] for one in unwise(local) if "by its name holds BSNs" in one]
        assert named == ["belletje.klant_bsn", "belletje.alle_bsn"]
    footprint |= {"links": ["belletje.klant_bsn -> persoon.bsn"], "where": {"inburgeraar.wet": "Wi2021"}}
    with open_system(base.system(footprint, coverage={"tables": ["*"]})) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"inburgeraar": 1}
        assert {(one.table, one.column) for one in plan.coverage or ()} == {
            ("belletje", "klant_bsn"),
            ("belletje", "alle_bsn"),
        }
        assert execute(local, ONE, plan.hash).verification.verified


BESIDE = (
    "create schema lijst;\ncreate table lijst.soort (id int primary key);\ninsert into lijst.soort values (1), (2);\n"
    "create table root_soort (root_id int references root (id), soort_id int references lijst.soort (id));\n"
    "insert into root_soort values (1, 1), (1, 2), (2, 2)"
)


def test_a_link_table_may_lead_to_a_schema_that_is_not_read(on_postgresql: Base) -> None:
    on_postgresql.run(f"{TABLES.format('public')};\n{BESIDE}")
    with open_system(system(on_postgresql, account(on_postgresql, "public", "lijst"))) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"root": 1, "traject": 1, "root_soort": 2}
        execute(local, ONE, plan.hash)
    with on_postgresql.engine.connect() as connection:
        assert connection.exec_driver_sql("select * from root_soort").all() == [(2, 2)]
    assert ids(on_postgresql, "lijst.soort") == [1, 2]


@pytest.mark.parametrize("named", ["root.brief_id", "ROOT.Brief_id"])
def test_what_a_row_owns_in_another_schema_is_read_for_it(on_postgresql: Base, named: str) -> None:
    base = on_postgresql
    base.run(
        f"{TABLES.format('public')};\ncreate schema post;\ncreate table post.brief (id int primary key);\n"
        "insert into post.brief values (1), (2);\n"
        "alter table root add brief_id int references post.brief (id);\nupdate root set brief_id = id"
    )
    with open_system(system(base, account(base, "public", "post"), owns=[named])) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"root": 1, "traject": 1, "post.brief": 1}
        execute(local, ONE, plan.hash)
    assert ids(base, "post.brief") == [2]
