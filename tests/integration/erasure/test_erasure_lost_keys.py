"""Keys that can't be followed: the table or column they name is not there. Told always; where it may matter, a stop."""

from pathlib import Path
from typing import Any

import pytest

from hervat.erasure import BlockedError, execute, make_plan, open_system, unwise
from hervat.erasure.suggest import suggest_for
from tests.support.dossiers import Base, bsn, sqlite_base
from tests.support.mariadb import MariaServer

ONE = {"a": frozenset([bsn(1)])}
FOOTPRINT: dict[str, Any] = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
LOST = "examen.inburgeraar_id points to inburgeraar__old, which is not there"


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return filled(sqlite_base(tmp_path))


def filled(base: Base) -> Base:
    base.run(
        "create table persoon (id integer primary key, bsn varchar(9) unique);\n"
        "create table inburgeraar (id integer primary key, persoon_id integer not null references persoon (id));\n"
        "create table traject (id integer primary key, inburgeraar_id integer not null references inburgeraar (id))"
    )
    base.add("persoon", (1, bsn(1)), (2, bsn(2)))
    base.add("inburgeraar", (1, 1), (2, 2))
    base.add("traject", (11, 1), (12, 2))
    return base


def examen(base: Base, key: str, *values: object, columns: str = "inburgeraar_id integer") -> None:
    base.run(f"create table examen (id integer primary key, {columns} references {key})")
    base.add("examen", *enumerate(values, 1))


def blockers(base: Base, **more: Any) -> tuple[str, ...]:
    with open_system(base.system(FOOTPRINT | more)) as local:
        plan = make_plan(local, ONE)
        if plan.blockers:
            with pytest.raises(BlockedError, match="points to"):
                execute(local, ONE, plan.hash)
        return plan.blockers


@pytest.mark.parametrize("values", [(1, 2), ("1", "2")])
def test_a_key_to_a_table_that_is_not_there_stops_the_plan_and_is_told(base: Base, values: tuple[object, ...]) -> None:
    columns = "inburgeraar_id integer" if isinstance(values[0], int) else "inburgeraar_id text"
    examen(base, '"inburgeraar__old"(id)', *values, columns=columns)
    (told,) = blockers(base)
    assert told.startswith(f"{LOST}; 1 row of examen may belong to rows of inburgeraar that are erased; say what")
    assert 'links: ["examen.inburgeraar_id -> table.column"]' in told
    with open_system(base.system(FOOTPRINT)) as local:
        assert any(one.startswith(LOST) for one in make_plan(local, ONE).notes)
        assert any(one.startswith(LOST) for one in unwise(local))
    assert any(LOST in one.text for one in suggest_for("proef", base.url).undecided)


def test_after_a_rename_that_left_the_text_of_the_key(base: Base) -> None:
    examen(base, "inburgeraar (id)", 1, 2)
    base.run(
        "pragma legacy_alter_table = on;\nalter table inburgeraar rename to inburgeraar_nieuw;\n"
        "create table inburgeraar (id integer primary key, persoon_id integer references persoon (id));\n"
        "insert into inburgeraar select * from inburgeraar_nieuw;\ndrop table inburgeraar_nieuw"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.blockers or plan.rows == {"inburgeraar": 1, "traject": 1, "examen": 1}


def test_a_link_or_keep_says_what_it_means(base: Base) -> None:
    examen(base, "inburgeraar__old (id)", 1, 2)
    assert blockers(base, keep=["examen"]) == ()
    with open_system(base.system(FOOTPRINT | {"links": ["examen.inburgeraar_id -> inburgeraar.id"]})) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"inburgeraar": 1, "traject": 1, "examen": 1}
        assert not [one for one in plan.notes if LOST in one]
        execute(local, ONE, plan.hash)
    assert base.rows("examen") == [(2, 2)]


@pytest.mark.parametrize(
    ("key", "values"), [("soort (code)", (1, 2)), ("soort (id)", (77, 78)), ("soort (id)", (None, 2))]
)
def test_a_dead_key_that_meets_nothing_that_goes_is_told_and_stops_nothing(
    base: Base, key: str, values: tuple[object, ...]
) -> None:
    examen(base, key, *values, columns="soort integer")
    assert blockers(base) == ()
    with open_system(base.system(FOOTPRINT)) as local:
        assert any(one.startswith("examen.soort points to soort, which is not there") for one in unwise(local))


def test_a_dead_key_of_a_table_inside_whose_rows_hang_from_another_key(base: Base) -> None:
    """Only a row that hangs from nothing else, or a name that is like the root's, is doubtful there."""
    base.run(
        "create table les (id integer primary key, traject_id integer references traject (id), x integer references soort (id))"
    )
    base.add("les", (1, 11, 2), (2, 12, 1))
    assert blockers(base) == ()
    base.add("les", (3, None, 1))
    (told,) = blockers(base)
    assert told.startswith("les.x points to soort, which is not there; 1 row of les may belong to rows of inburgeraar")
    assert blockers(base, belongs={"les": ["traject_id"]}) == ()


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("inburgeraar (nummer)", "inburgeraar, which has no column nummer"),
        ("kijk", "kijk, which is a view"),
        ("dubbel", "dubbel, which has no column "),
        ("sleutelloos", "sleutelloos, which has no primary key"),
    ],
)
def test_a_key_that_names_no_row_of_a_table(base: Base, key: str, why: str) -> None:
    base.run(
        "create view kijk as select * from inburgeraar;\ncreate table dubbel (a int, b int, primary key (a, b));\n"
        "create table sleutelloos (a int)"
    )
    examen(base, key, 1, 2)
    with open_system(base.system(FOOTPRINT)) as local:
        told = [one for one in unwise(local) if one.startswith("examen.inburgeraar_id points to ")]
        assert len(told) == 1
        assert why.rstrip() in told[0]
    stops = "inburgeraar" in key or key == "kijk"
    assert bool(blockers(base)) is stops


@pytest.mark.parametrize("key", ['"INBURGERAAR" ("ID")', "[Inburgeraar](Id)", "`inburgeraar`", "inburgeraar"])
def test_a_key_in_other_letters_is_followed(base: Base, key: str) -> None:
    examen(base, key, 1, 2)
    with open_system(base.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"inburgeraar": 1, "traject": 1, "examen": 1}
        execute(local, ONE, plan.hash)
    assert base.rows("examen") == [(2, 2)]


def test_on_mariadb_a_table_that_was_dropped_without_a_look_at_its_keys(mariadb_server: MariaServer) -> None:
    base = filled(Base(mariadb_server.create()))
    base.run(
        "create table inburgeraar__old (id integer primary key);\ninsert into inburgeraar__old values (1), (2);\n"
        "create table examen (id integer primary key, inburgeraar_id integer, foreign key (inburgeraar_id) references inburgeraar__old (id));\n"
        "insert into examen values (1, 1), (2, 2);\nset session foreign_key_checks = 0;\ndrop table inburgeraar__old;\n"
        "set session foreign_key_checks = 1"
    )
    (told,) = blockers(base)
    assert told.startswith(f"{LOST}; 1 row of examen")


def test_on_mariadb_keys_of_a_database_that_the_account_does_not_see(mariadb_server: MariaServer) -> None:
    base = filled(Base(mariadb_server.create()))
    name = base.url.rsplit("/", 1)[1]
    hidden = f"ver-{name}"
    mariadb_server.sql(f"create database `{hidden}`")
    for table, rule in (("brief é$", "on delete cascade"), ("nota", "")):
        mariadb_server.sql(
            f"create table `{hidden}`.`{table}` (id int primary key, x int, foreign key (x) references {name}.inburgeraar (id) {rule})"
        )
    rights = f"select, update, delete, trigger, create temporary tables on {name}.*"
    sees = base.system(FOOTPRINT).model_copy(
        update={"database": mariadb_server.account(name, f"ziet_{name}", rights, "process on *.*")}
    )
    with open_system(sees) as local:
        plan = make_plan(local, ONE)
        assert [one.split(" (another")[0] for one in plan.blockers if "brief" in one] == [f"{hidden}.brief é$"]
        assert any(f"{hidden}.nota" in one for one in (*plan.notes, *plan.blockers))
        assert not [one for one in unwise(local) if "PROCESS" in one]
    blind = sees.model_copy(update={"database": mariadb_server.account(name, f"blind_{name}", rights)})
    with open_system(blind) as local:
        assert any(f"GRANT PROCESS ON *.* TO blind_{name}@127.0.0.1" in one for one in unwise(local))


def test_on_mariadb_engines_without_keys_and_views_of_elsewhere_are_named(mariadb_server: MariaServer) -> None:
    base = filled(Base(mariadb_server.create()))
    other = Base(mariadb_server.create())
    other.run("create table klant (id int primary key, bsn varchar(9))")
    place = other.url.rsplit("/", 1)[1]
    base.run(
        f"create view klanten as select * from {place}.klant;\ncreate view eigen as select * from persoon;\n"
        "create table oud (id int primary key, inburgeraar_id int, foreign key (inburgeraar_id) references inburgeraar (id)) engine=Aria"
    )
    with open_system(base.system(FOOTPRINT)) as local:
        found = unwise(local)
        assert any(one.startswith("oud (Aria): their engines keep no foreign keys") for one in found)
        assert any(one.startswith(f"the view klanten shows bsn of {place}.klant") for one in found)
        assert not [one for one in found if "eigen" in one]
