"""A foreign key of one part of a table, or to one part, at any depth, is one of the whole, or stops the plan."""

from typing import Any

import pytest

from hervat.erasure import CleaningError, execute, make_plan, open_system
from tests.support.dossiers import Base, bsn

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT: dict[str, Any] = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
PARTED = (
    "create table contact (id int, jaar int, root_id int not null references root (id), primary key (id, jaar))"
    " partition by list (jaar)"
)


@pytest.fixture
def base(on_postgresql: Base) -> Base:
    on_postgresql.run(
        "create table persoon (id integer primary key, bsn text);\n"
        "create table root (id integer primary key, persoon_id integer not null references persoon (id));\n"
        "create table traject (id integer primary key, root_id integer not null references root (id))"
    )
    on_postgresql.add("persoon", (1, bsn(1)), (2, bsn(2)))
    on_postgresql.add("root", (1, 1), (2, 2))
    on_postgresql.add("traject", (1, 1), (2, 2))
    return on_postgresql


def rows_of(base: Base, table: str) -> list[tuple[Any, ...]]:
    with base.engine.connect() as connection:
        return sorted((tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")), key=repr)


def cleaned(base: Base) -> dict[str, int]:
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.blockers == ()
        return execute(local, ONE, plan.hash).rows


def blocked(base: Base) -> str:
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        with pytest.raises(CleaningError):
            execute(local, ONE, plan.hash)
        return " ".join(plan.blockers)


@pytest.mark.parametrize("deep", [False, True])
def test_a_key_to_a_part_is_one_to_the_whole(base: Base, deep: bool) -> None:
    part = "contact_2022"
    base.run(PARTED)
    if deep:  # a part of a part, in a schema of its own
        base.run(
            "create schema delen;\ncreate table tussen partition of contact for values in (2022, 2023) "
            "partition by list (jaar);\ncreate table delen.contact_2022 partition of tussen for values in (2022)"
        )
        part = "delen.contact_2022"
    else:
        base.run("create table contact_2022 partition of contact for values in (2022)")
    base.run(
        "create table bijlage (id int primary key, contact_id int, jaar int, "
        f"foreign key (contact_id, jaar) references {part} (id, jaar) on delete set null);\n"
        "insert into contact values (1, 2022, 1), (2, 2022, 2);\ninsert into bijlage values (1, 1, 2022), (2, 2, 2022)"
    )
    assert cleaned(base) == {"root": 1, "traject": 1, "contact": 1, "bijlage": 1}
    assert rows_of(base, "bijlage") == [(2, 2, 2022)]


def test_a_key_of_a_part_is_one_of_the_whole_whichever_part_and_whenever_it_came(base: Base) -> None:
    base.run(
        "create table afspraak (id int, jaar int, traject_id int, primary key (id, jaar)) partition by list (jaar);\n"
        "create table afspraak_rest partition of afspraak default;\n"
        "create table later (jaar int not null, traject_id int references traject (id) on delete cascade, id int not null);\n"
        "alter table afspraak attach partition later for values in (2022);\n"
        "alter table afspraak_rest add foreign key (traject_id) references traject (id) on delete set null;\n"
        "insert into afspraak values (1, 2022, 1), (2, 2022, 2), (3, 1999, 1), (4, 1999, null)"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        (key,) = local.schema["afspraak"].keys
        assert (key.on_delete, key.sure) == ("CASCADE", False)
    assert cleaned(base) == {"root": 1, "traject": 1, "afspraak": 2}
    assert rows_of(base, "afspraak") == [(2, 2022, 2), (4, 1999, None)]


def test_rows_of_a_part_without_the_key_that_point_nowhere_are_counted_as_stranded(base: Base) -> None:
    base.run(
        "create table afspraak (id int, jaar int, traject_id int not null, primary key (id, jaar)) partition by list (jaar);\n"
        "create table afspraak_1 partition of afspraak for values in (1);\n"
        "create table afspraak_2 partition of afspraak for values in (2);\n"
        "alter table afspraak_1 add foreign key (traject_id) references traject (id);\n"
        "insert into afspraak values (1, 1, 1), (2, 2, 77)"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        assert make_plan(local, ONE).stranded == {"afspraak": 1}


def test_a_key_to_a_part_whose_numbers_are_not_those_of_the_whole_stops_the_plan(base: Base) -> None:
    """Number 1 of 2022 is another's than number 1 of 2023: in the whole nobody can say which is meant."""
    base.run(
        f"{PARTED};\ncreate table contact_2022 partition of contact for values in (2022);\n"
        "create table contact_2023 partition of contact for values in (2023);\n"
        "alter table contact_2022 add unique (id);\n"
        "create table bijlage (id int primary key, contact_id int references contact_2022 (id));\n"
        "insert into contact values (1, 2022, 2), (1, 2023, 1);\ninsert into bijlage values (1, 1)"
    )
    assert "bijlage.contact_id points to contact, but to its part contact_2022 alone" in blocked(base)


def test_parts_whose_same_columns_lead_to_different_tables_stop_the_plan(base: Base) -> None:
    base.run(
        "create table oud (id int primary key);\ninsert into oud values (1);\n"
        "create table afspraak (id int, jaar int, van int, primary key (id, jaar)) partition by list (jaar);\n"
        "create table afspraak_1 partition of afspraak for values in (1);\n"
        "create table afspraak_2 partition of afspraak for values in (2);\n"
        "alter table afspraak_1 add foreign key (van) references traject (id);\n"
        "alter table afspraak_2 add foreign key (van) references oud (id);\ninsert into afspraak values (1, 1, 1), (2, 2, 1)"
    )
    found = blocked(base)
    assert (
        "afspraak.van points to traject, in its part afspraak_1 alone: elsewhere the same columns point to oud" in found
    )


def test_a_part_that_points_to_itself_and_a_whole_in_a_schema_that_is_not_read(base: Base) -> None:
    base.run(
        "create schema archief;\ncreate table archief.brief (id int, jaar int, root_id int, vorige int, vorig_jaar int, "
        "primary key (id, jaar)) partition by list (jaar);\n"
        "create table brief_2022 partition of archief.brief for values in (2022);\n"
        "alter table brief_2022 add foreign key (root_id) references root (id) on delete set null;\n"
        "alter table brief_2022 add foreign key (vorige, vorig_jaar) references brief_2022 (id, jaar) on delete cascade;\n"
        "insert into archief.brief values (1, 2022, 1, null, null), (2, 2022, 2, 1, 2022)"
    )
    footprint = FOOTPRINT | {"belongs": {"archief.brief": ["root_id"]}}
    with open_system(base.system(footprint)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"root": 1, "traject": 1, "archief.brief": 1}
        assert plan.nulled == {"archief.brief.vorige": 1, "archief.brief.vorig_jaar": 1}
        execute(local, ONE, plan.hash)
    assert rows_of(base, "archief.brief") == [(2, 2022, 2, None, None)]


def test_keys_that_the_database_does_not_enforce_are_keys_all_the_same(base: Base) -> None:
    base.run(
        "create table brief (id int primary key, root_id int not null);\ninsert into brief values (1, 1), (2, 2), (3, 99);\n"
        "alter table brief add foreign key (root_id) references root (id) on delete cascade not valid;\n"
        "create table nota (id int primary key, root_id int references root (id) on delete set null);\n"
        "insert into nota values (1, 1), (2, 2);\nalter table root disable trigger all"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        assert make_plan(local, ONE).stranded == {"brief": 1}
    assert cleaned(base) == {"root": 1, "traject": 1, "brief": 1, "nota": 1}
    assert [row[0] for row in rows_of(base, "brief")] == [2, 3]


def test_a_key_that_must_be_null_as_a_whole_is_set_so_or_stops(base: Base) -> None:
    base.run(
        "create table boek (a int, b int, root_id int references root (id), primary key (a, b));\n"
        "create table lezer (id int primary key, root_id int references root (id), a int, b int,"
        " foreign key (a, b) references boek (a, b) match full);\n"
        "insert into boek values (1, 1, 1), (2, 2, 2);\ninsert into lezer values (1, 2, 1, 1), (2, 2, null, null)"
    )
    footprint = FOOTPRINT | {"belongs": {"lezer": ["root_id"]}}
    with open_system(base.system(footprint)) as local:
        plan = make_plan(local, ONE)
        assert plan.nulled == {"lezer.a": 1, "lezer.b": 1}
        execute(local, ONE, plan.hash)
    base.run("delete from lezer;\nalter table lezer alter b set not null;\ninsert into lezer values (3, null, 2, 2)")
    with open_system(base.system(footprint)) as local:
        plan = make_plan(local, {"b": frozenset([bsn(2)])})
        assert plan.nulled == {}
        assert plan.blockers == ("1 surviving row of lezer pointing in by lezer.(a, b), which may not be null",)


def test_a_part_that_is_a_foreign_table_is_not_hervats_to_erase(base: Base) -> None:
    base.run(
        "create extension postgres_fdw;\ncreate server ver foreign data wrapper postgres_fdw;\n"
        "create table afspraak (id int, jaar int, root_id int references root (id)) partition by list (jaar);\n"
        "create table hier partition of afspraak for values in (1)"
    )
    base.run("alter table afspraak drop constraint afspraak_root_id_fkey")
    base.run("create foreign table ver_weg partition of afspraak for values in (2) server ver")
    base.run(
        "alter table hier add foreign key (root_id) references root (id);\nalter table afspraak alter id set not null"
    )
    with open_system(base.system(FOOTPRINT | {"keep": ["afspraak"]})) as local:
        assert (
            any("foreign table ver_weg: its rows are stored elsewhere" in one for one in local.schema.places.remote)
            is False
        )
        assert ("afspraak", "its part ver_weg is a foreign table") in [
            (a, b.split(":")[0]) for a, b in local.schema.unfit
        ]
