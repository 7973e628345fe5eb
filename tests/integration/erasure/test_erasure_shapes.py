"""Schemas of other forms: circles, composite keys, reserved words, no foreign keys at all, other types."""

from typing import Any

import pytest

from hervat.databases import LocalSystemError
from hervat.erasure import execute, make_plan, open_system
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn

PERSON = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
ONE = {"a": frozenset([bsn(1)])}


def start(base: Base, script: str) -> None:
    base.run("create table persoon (id integer primary key, bsn char(9))")
    base.run(script)
    base.add("persoon", (1, bsn(1)), (2, bsn(2)))


def outcome(base: Base, footprint: dict[str, Any], persons: dict[str, frozenset[str]] = ONE, **options: Any) -> Any:
    with open_system(base.system(PERSON | footprint, **options)) as local:
        return execute(local, persons, make_plan(local, persons).hash)


def test_a_circle_of_keys_that_may_not_be_null(empty: Base) -> None:
    late = "" if empty.is_sqlite or empty.is_mariadb else " deferrable initially deferred"
    start(
        empty,
        f"create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        f"create table a (id integer primary key, root_id integer references root (id), b_id integer not null{'' if not empty.is_sqlite else ' references b (id) on delete cascade'});\n"
        f"create table b (id integer primary key, a_id integer not null references a (id) on delete cascade)",
    )
    if not empty.is_sqlite:
        empty.run(f"alter table a add foreign key (b_id) references b (id) on delete cascade{late}")
    empty.add("root", (1, 1), (2, 2))
    with empty.engine.begin() as connection:
        if empty.is_mariadb:
            connection.exec_driver_sql("set foreign_key_checks = 0")
        for at in (1, 2):
            connection.exec_driver_sql(f"insert into a values ({at}, {at}, {at})")
            connection.exec_driver_sql(f"insert into b values ({at}, {at})")
        if empty.is_mariadb:
            connection.exec_driver_sql("set foreign_key_checks = 1")
    done = outcome(empty, {"belongs": {"a": ["root_id"], "b": ["a_id"]}})
    assert done.rows == {"root": 1, "a": 1, "b": 1}
    assert empty.rows("b") == [(2, 2)]


def test_composite_keys_and_reserved_words(empty: Base) -> None:
    start(
        empty,
        'create table root ("group" integer, "Order" varchar(5), persoon_id integer references persoon (id), primary key ("group", "Order"));\n'
        'create table "select" ("user" integer, "From" varchar(5), nr integer, "group" integer, "Order" varchar(5), '
        'primary key (nr, "user"), foreign key ("user", "From") references root ("group", "Order"));\n'
        'create table los ("user" integer, nr integer, id integer primary key, foreign key (nr, "user") references "select" (nr, "user"))',
    )
    empty.add("root", (1, "x", 1), (1, "y", 2))
    empty.add("select", (1, "x", 1), (1, "x", 2), (1, "y", 3))
    empty.add("los", (1, 1, 1), (1, 3, 2), (None, 3, 3))
    done = outcome(empty, {"keep": ["los"]})
    assert done.rows == {"root": 1, "select": 2}
    assert done.nulled == {"los.user": 1, "los.nr": 1}
    assert empty.rows("los") == [(1, 3, 2), (None, 3, 3), (None, None, 1)]


def test_links_instead_of_foreign_keys_between_differing_types(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, klant varchar(12));\n"
        "create table kind (id varchar(8) primary key, root_nr varchar(8));\n"
        "create table kleinkind (id integer primary key, kind_id varchar(8), wat integer)",
    )
    empty.add("root", (7, bsn(1)), (8, bsn(2)))
    empty.add("kind", ("k1", "7"), ("k2", "8"), ("k3", None))
    empty.add("kleinkind", (1, "k1", 1), (2, "k2", 1))
    links = ["root.klant -> persoon.bsn", "kind.root_nr -> root.id", "kleinkind.kind_id -> kind.id"]
    assert outcome(empty, {"links": links}).rows == {"root": 1, "kind": 1, "kleinkind": 1}
    assert empty.rows("kind") == [("k2", "8"), ("k3", None)]


def test_a_link_table_without_primary_key_loses_its_twins(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table soort (id integer primary key);\n"
        "create table rs (root_id integer references root (id), soort_id integer references soort (id))",
    )
    empty.add("soort", (1,))
    empty.add("root", (1, 1), (2, 2))
    empty.add("rs", (1, 1), (1, 1), (1, None), (2, 1), (None, 1))
    assert outcome(empty, {}).rows == {"root": 1, "rs": 3}


def test_no_primary_key_is_refused(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table kaal (root_id integer references root (id), tekst varchar(9))",
    )
    with pytest.raises(ConfigurationError, match="the table kaal is inside and has no primary key"):
        open_system(empty.system(PERSON))


def test_all_mistakes_at_once(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, persoon_id integer references persoon (id), ook_id integer references persoon (id));\n"
        "create table twee (id integer primary key, x integer, a_id integer references root (id), b_id integer references root (id))",
    )
    footprint = PERSON | {"where": {"root.wte": 1}, "keep": ["weg"], "owns": ["twee.id"], "conditions": ["onzin"]}
    with pytest.raises(ConfigurationError) as caught:
        open_system(empty.system(footprint))
    told = str(caught.value)
    for part in (
        "there is no table weg",
        "several paths lead to the person: [root.ook_id]; [root.persoon_id]",
        "twee has several keys inside the footprint: twee.a_id, twee.b_id",
        "twee.id is not a foreign key",
    ):
        assert part in told
    with pytest.raises(ConfigurationError, match="root has no column wte"):
        open_system(empty.system(footprint | {"path": ["root.ook_id"], "owns": [], "belongs": {"twee": ["a_id"]}}))


def test_a_belongs_key_to_a_kept_table_holds(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table zaak (id integer primary key, root_id integer references root (id), x integer);\n"
        "create table stuk (id integer primary key, zaak_id integer references zaak (id), root_id integer references root (id), x integer)",
    )
    empty.add("root", (1, 1))
    empty.add("zaak", (1, None))
    empty.add("stuk", (1, 1, 1), (2, None, 1))
    done = outcome(empty, {"keep": ["zaak"], "belongs": {"stuk": ["zaak_id", "root_id"]}})
    assert done.rows == {"root": 1, "stuk": 1}
    assert done.nulled == {"stuk.root_id": 1}


@pytest.mark.parametrize("kind", ["integer", "varchar(9)", "char(12)", "numeric(12,1)", "double precision"])
def test_a_bsn_column_of_any_type_with_lost_zeros(empty: Base, kind: str) -> None:
    low = "000000012"
    empty.run(f"create table persoon (id integer primary key, bsn {kind})")
    empty.run("create table root (id integer primary key, persoon_id integer references persoon (id))")
    numeric = kind[0] in "ind"
    empty.add("persoon", (1, 12 if numeric else "12"), (2, None), (3, 120 if numeric else "12x"))
    empty.add("root", (1, 1), (2, 2), (3, 3))
    assert outcome(empty, {}, {"a": frozenset([low])}).rows == {"root": 1}


@pytest.mark.parametrize(
    ("condition", "true", "unknown"),
    [
        ("root.plicht_id > plicht.start >= 2022-01-01", {1, 2}, {4, 5}),
        ("root.plicht_id > plicht.start > 2022-01-01", {2}, {4, 5}),
        ("root.plicht_id > plicht.start < '2022-01-01'", {3}, {4, 5}),
        ("root.plicht_id > plicht.start is null", {4}, {5}),
        ("root.plicht_id > plicht.start is not null", {1, 2, 3}, {5}),
        ("root.plicht_id > plicht.soort_id > soort.naam = 'asiel'", {1, 3}, {4, 5}),
        ("root.getal > 2", {3, 4, 5}, set()),
        ("root.getal != 2", {1, 3, 4, 5}, set()),
    ],
)
def test_conditions_over_keys_in_three_values(empty: Base, condition: str, true: set[int], unknown: set[int]) -> None:
    start(
        empty,
        "create table soort (id integer primary key, naam varchar(9));\n"
        "create table plicht (id integer primary key, start date, soort_id integer references soort (id));\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), getal integer, plicht_id integer references plicht (id))",
    )
    empty.add("soort", (1, "asiel"), (2, "gezin"))
    empty.add("plicht", (1, "2022-01-01", 1), (2, "2022-03-01", 2), (3, "2021-12-31", 1), (4, None, None))
    empty.add("persoon", *[(at, bsn(at)) for at in (3, 4, 5)])
    empty.add("root", *[(at, at, at, at) for at in (1, 2, 3, 4)], (5, 5, 5, None))
    persons = {str(at): frozenset([bsn(at)]) for at in range(1, 6)}
    with open_system(empty.system(PERSON | {"conditions": [condition], "path": ["root.persoon_id"]})) as local:
        plan = make_plan(local, persons)
        assert {int(one) for one in plan.found} == true
        assert {int(one) for one in plan.unknown} == unknown
        assert execute(local, persons, plan.hash).rows.get("root", 0) == len(true)


def test_a_missing_database_is_named(tmp_path: Any) -> None:
    missing = Base(f"sqlite:///{tmp_path}/nergens.db")
    with pytest.raises(LocalSystemError, match=r"system proef: there is no database file nergens\.db"):
        open_system(missing.system())
    assert not (tmp_path / "nergens.db").exists()
