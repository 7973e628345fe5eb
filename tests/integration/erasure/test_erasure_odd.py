"""Schemas beyond the plain case, each cleaned of one of two persons: his rows are gone, the other's stand."""

from typing import Any

import pytest

from hervat.erasure import BlockedError, CleaningError, Plan, check, execute, make_plan, open_system
from tests.support.dossiers import Base, bsn

RETAIN = {"ground": "archief", "until": "2030-01-01"}
ONE = {"a": frozenset([bsn(1)])}
PERSONS = f"create table persoon (id integer primary key, bsn varchar(20));\ninsert into persoon values (1, '{bsn(1)}'), (2, '{bsn(2)}')"
ROOTS = "create table root (id integer primary key, persoon_id integer references persoon (id));\ninsert into root values (1, 1), (2, 2)"
KIND = "create table kind (id integer primary key, root_id integer references root (id), x integer);\ninsert into kind values (1, 1, 1), (2, 2, 1)"


@pytest.fixture
def postgres(on_postgresql: Base) -> Base:
    return on_postgresql


def cleaned(base: Base, *scripts: str, root: str = "root", **footprint: Any) -> tuple[Plan, Any]:
    for script in scripts:
        base.run(script)
    with open_system(base.system({"person": {"table": "persoon", "bsn": "bsn"}, "root": root} | footprint)) as local:
        plan = make_plan(local, ONE)
        outcome = execute(local, ONE, plan.hash)
        assert execute(local, ONE, plan.hash).rows == {}
        return plan, outcome


def test_partitioned_tables_as_root_and_held(postgres: Base) -> None:
    _, outcome = cleaned(
        postgres,
        PERSONS,
        """create table root (id integer primary key, persoon_id integer references persoon (id)) partition by range (id);
create table root_a partition of root for values from (0) to (2);
create table root_b partition of root for values from (2) to (99);
insert into root values (1, 1), (2, 2);
create table kind (id integer primary key, root_id integer references root (id), x integer) partition by hash (id);
create table kind_a partition of kind for values with (modulus 2, remainder 0);
create table kind_b partition of kind for values with (modulus 2, remainder 1);
insert into kind values (1, 1, 1), (2, 2, 1), (3, 1, 1)""",
    )
    assert outcome.rows == {"root": 1, "kind": 2}
    assert (postgres.rows("root"), postgres.rows("kind")) == ([(2, 2)], [(2, 2, 1)])


def test_identity_and_generated_columns(postgres: Base) -> None:
    _, outcome = cleaned(
        postgres,
        PERSONS,
        """create table root (id integer generated always as identity primary key, persoon_id integer references persoon (id));
insert into root (persoon_id) values (1), (2);
create table kind (id integer generated always as identity primary key, root_id integer references root (id),
  x integer generated always as (root_id * 2) stored);
insert into kind (root_id) values (1), (2)""",
    )
    assert (outcome.rows, postgres.rows("kind")) == ({"root": 1, "kind": 1}, [(2, 2, 4)])


def test_views_show_what_is_left(empty: Base) -> None:
    cleaned(empty, PERSONS, ROOTS, KIND, "create view overzicht as select kind.* from kind")
    assert empty.rows("overzicht") == [(2, 2, 1)]


def test_several_levels_of_a_table_that_refers_to_itself(empty: Base) -> None:
    _, outcome = cleaned(
        empty,
        PERSONS,
        ROOTS,
        """create table kind (id integer primary key, root_id integer references root (id), boven integer references kind (id), x integer);
insert into kind values (1, 1, null, 1), (2, null, 1, 1), (3, null, 2, 1), (4, 2, 3, 1), (5, 1, 5, 1), (6, null, 4, 1)""",
        belongs={"kind": ["root_id", "boven"]},
    )
    assert (outcome.rows, outcome.nulled) == ({"root": 1, "kind": 4}, {"kind.boven": 1})
    assert empty.rows("kind") == [(4, 2, None, 1), (6, None, 4, 1)]


def test_a_root_that_refers_to_a_root(empty: Base) -> None:
    roots = "create table root (id integer primary key, persoon_id integer references persoon (id), vorige integer references root (id))"
    _, outcome = cleaned(empty, PERSONS, roots, "insert into root values (1, 1, null), (2, 2, 1), (3, 1, 1)")
    assert (outcome.rows, empty.rows("root")) == ({"root": 2}, [(2, 2, None)])


@pytest.mark.parametrize("late", ["", " deferrable", " deferrable initially deferred"])
def test_a_circle_of_three_that_may_not_be_null(empty: Base, late: str) -> None:
    inline = empty.is_sqlite
    keys = {"a": ("b_id", "b"), "b": ("c_id", "c"), "c": ("a_id", "a")}
    for table, (column, target) in keys.items():
        more = ", root_id integer references root (id)" if table == "a" else ""
        said = f" references {target} (id)" if inline else ""
        empty.run(PERSONS + ";\n" + ROOTS) if table == "a" else None
        empty.run(f"create table {table} (id integer primary key, {column} integer not null{said}{more})")
    empty.run(
        "insert into a values (1, 1, 1), (2, 2, 2);\ninsert into b values (1, 1), (2, 2);\ninsert into c values (1, 1), (2, 2)"
    )
    for table, (column, target) in () if inline else keys.items():
        said = "" if empty.is_mariadb else late  # where no key can be late
        empty.run(f"alter table {table} add foreign key ({column}) references {target} (id){said}")
    _, outcome = cleaned(empty, belongs={"a": ["root_id"], "b": [], "c": ["a_id"]}, owns=["a.b_id"])
    assert outcome.rows == {"root": 1, "a": 1, "b": 1, "c": 1}
    assert [empty.rows(name) for name in "abc"] == [[(2, 2, 2)], [(2, 2)], [(2, 2)]]


@pytest.mark.parametrize(
    "name",
    [
        "ta.bel",
        'met "aan"haling',
        "een ' quote",
        "a b",
        "100% zeker",
        "%s",
        "%(a)s",
        "ja:nee",
        "[haak]",
        "éé€",
        "a;b",
        "a\\b",
    ],
)
def test_names_of_tables_and_columns(empty: Base, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    with empty.engine.begin() as connection:
        raw = connection.connection.cursor()
        for statement in (
            *PERSONS.split(";\n"),
            f"create table {quoted} ({quoted} integer primary key, p integer references persoon (id))",
            f"insert into {quoted} values (1, 1), (2, 2)",
            f"create table kind (id integer primary key, {quoted} integer references {quoted} ({quoted}), ook integer references {quoted} ({quoted}), x integer)",
            "insert into kind values (1, 1, 2, 1), (2, 2, 1, 1)",
        ):
            raw.execute(statement)
    _, outcome = cleaned(empty, root=name, belongs={"kind": [name]}, path=[f"{name}.p"])
    assert (outcome.rows, outcome.nulled) == ({name: 1, "kind": 1}, {"kind.ook": 1})
    assert empty.rows("kind") == [(2, 2, None, 1)]


COLUMNS = {
    "uuid": "gen_random_uuid()", "bytea": r"'\x01'", "json": "'{}'", "jsonb": "'{}'", "integer[]": "'{1,2}'", "soort": "'ja'",
    "xml": "'<a/>'", "inet": "'1.2.3.4'", "tsvector": "'a'", "interval": "'1 day'", "point": "'(1,2)'", "money": "'1'",
    "tekst": "'abc'", "paar": "row(1,2)", "int4range": "'[1,3)'", "bit(3)": "B'101'",
}  # fmt: skip
OWN_TYPES = "create type soort as enum ('ja', 'nee');\ncreate domain tekst as text check (value <> '');\ncreate type paar as (a integer, b integer)"


def test_columns_of_odd_types(postgres: Base) -> None:
    columns = ", ".join(f"c{at} {kind}" for at, kind in enumerate(COLUMNS))
    values = ", ".join(COLUMNS.values())
    postgres.run(f"{OWN_TYPES};\n{PERSONS};\n{ROOTS}")
    postgres.run(f"create table kind (id integer primary key, root_id integer references root (id), {columns})")
    postgres.run(f"insert into kind values (1, 1, {values}), (2, 2, {values})")
    left = postgres.rows("kind")[1:]
    _, outcome = cleaned(postgres)
    assert (outcome.rows, postgres.rows("kind")) == ({"root": 1, "kind": 1}, left)


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("uuid", "'11111111-1111-1111-1111-111111111111'", "'21111111-1111-1111-1111-111111111111'"),
        ("bytea", r"'\x01'", r"'\x02'"),
        ("soort", "'ja'", "'nee'"),
        ("tekst", "'a'", "'b'"),
        ("timestamp", "'2020-01-01 00:00:00.123456'", "'2021-01-01'"),
        ("timestamptz", "'2020-01-01 00:00:00+02'", "'2021-01-01'"),
        ("char(8)", "'a'", "'b'"),
        ("numeric(30, 10)", "12345678901234567890.1234567891", "2"),
        ("integer[]", "'{1}'", "'{2}'"),
        ("jsonb", """'{"a": 1}'""", """'{"a": 2}'"""),
        ("float8", "0.1", "0.2"),
        ("paar", "row(1,2)", "row(2,2)"),
        ('"char"', "'a'", "'b'"),
        ("inet", "'1.2.3.4'", "'1.2.3.5'"),
    ],
)
def test_keys_of_odd_types(postgres: Base, kind: str, one: str, two: str) -> None:
    _, outcome = cleaned(
        postgres,
        OWN_TYPES,
        PERSONS,
        f"""create table root (id {kind} primary key, persoon_id integer references persoon (id));
insert into root values ({one}, 1), ({two}, 2);
create table kind (id {kind} primary key, root_id {kind} references root (id), x integer);
insert into kind values ({one}, {one}, 1), ({two}, {two}, 1);
create table los (id integer primary key, kind_id {kind} references kind (id));
insert into los values (1, {one}), (2, {two})""",
        keep=["los"],
    )
    assert (outcome.rows, outcome.nulled) == ({"root": 1, "kind": 1}, {"los.kind_id": 1})
    assert [(row[0], row[1] is None) for row in postgres.rows("los")] == [(1, True), (2, False)]


@pytest.mark.parametrize("kind", ["text", "char(12)", "integer", "bigint", "numeric(9, 0)", "double precision"])
@pytest.mark.parametrize("lost", [False, True])
def test_a_bsn_of_any_type_with_and_without_its_zeros(empty: Base, kind: str, lost: bool) -> None:
    found_in_a_column_of(empty, kind, lost)


@pytest.mark.parametrize("kind", ["nummer", "teksten"])
@pytest.mark.parametrize("lost", [False, True])
def test_a_bsn_of_a_domain(on_postgresql: Base, kind: str, lost: bool) -> None:
    on_postgresql.run("create domain nummer as bigint;\ncreate domain teksten as varchar(12)")
    found_in_a_column_of(on_postgresql, kind, lost)


def found_in_a_column_of(base: Base, kind: str, lost: bool) -> None:
    number = "001234505" if lost else bsn(1)
    spelled = number.lstrip("0") if lost or kind not in ("text", "char(12)", "teksten") else number
    base.run(
        f"create table persoon (id integer primary key, bsn {kind});\ninsert into persoon values (1, {spelled}), (2, 99)"
    )
    base.run(ROOTS)
    with open_system(base.system({"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"})) as local:
        persons = {"a": frozenset([number])}
        assert execute(local, persons, make_plan(local, persons).hash).rows == {"root": 1}


def test_a_trigger_that_forbids_or_turns_a_delete_into_something_else_undoes_all(postgres: Base) -> None:
    postgres.run(f"{PERSONS};\n{ROOTS};\n{KIND}")
    postgres.run(
        "create function houd() returns trigger language plpgsql as $$ begin update kind set x = 9 where id = old.id; return null; end $$"
    )
    postgres.run("create trigger houd before delete on kind for each row execute function houd()")
    before = postgres.everything()
    with pytest.raises(CleaningError, match="kind"):
        cleaned(postgres)
    assert postgres.everything() == before


def test_a_rule_that_does_nothing_instead_undoes_all(postgres: Base) -> None:
    postgres.run(f"{PERSONS};\n{ROOTS};\n{KIND}")
    postgres.run("create rule houd as on delete to kind do instead nothing")
    before = postgres.everything()
    with pytest.raises(CleaningError, match="kind"):
        cleaned(postgres)
    assert postgres.everything() == before


@pytest.mark.parametrize(
    ("inside", "made"),
    [
        ("kind", "create table subkind (y integer) inherits (kind)"),
        (
            "subkind",
            "create table subkind (primary key (id), foreign key (root_id) references root (id)) inherits (kind)",
        ),
    ],
)
def test_tables_that_inherit_stop_the_plan_and_the_doctor_says_so(postgres: Base, inside: str, made: str) -> None:
    postgres.run(f"{PERSONS};\n{ROOTS};\n{KIND}")
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
    with open_system(postgres.system(footprint)) as local:
        assert (check(local), make_plan(local, ONE).blockers) == ([], ())
    postgres.run(f"{made};\ninsert into subkind values (3, 1, 1)")
    before = postgres.everything()
    with open_system(postgres.system(footprint)) as local:
        told = {one.partition(":")[0]: one for one in make_plan(local, ONE).blockers}
        assert "inherits from" in told[inside]
        assert "let the vendor make the heir a partition" in told[inside]
        assert check(local) == list(told.values())
        with pytest.raises(BlockedError, match="INHERITS"):
            cleaned(postgres)
    with open_system(postgres.system(footprint | {"keep": ["kind", "subkind"]}, policy="retain", **RETAIN)) as local:
        assert make_plan(local, ONE).blockers == ()
    assert postgres.everything() == before
