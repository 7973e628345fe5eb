"""Beyond the plain case: several roots, other schemas, views, names that are cut, keys without an index."""

from typing import Any

import pytest
from sqlalchemy import text

from hervat.erasure import BlockedError, CleaningError, execute, make_plan, open_system
from hervat.erasure.statements import indexes
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn
from tests.support.rows import roots

PERSON: dict[str, Any] = {"person": {"table": "persoon", "bsn": "bsn"}}
ONE = {"a": frozenset([bsn(1)])}


def persons(base: Base) -> None:
    base.run("create table persoon (id integer primary key, bsn varchar(20))")
    base.add("persoon", (1, bsn(1)), (2, bsn(2)), (3, bsn(3)))


@pytest.fixture
def two_roots(empty: Base) -> Base:
    """A registration under the Wi2021 is told by two tables; a note hangs from either."""
    persons(empty)
    empty.run(
        "create table inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet varchar(9));\n"
        "create table aanmelding (id integer primary key, persoon_id integer references persoon (id), jaar integer, "
        "inburgeraar_id integer references inburgeraar (id));\n"
        "create table notitie (id integer primary key, inburgeraar_id integer references inburgeraar (id), "
        "aanmelding_id integer references aanmelding (id))"
    )
    empty.add("inburgeraar", (1, 1, "Wi2021"), (2, 2, "Wi2021"), (3, 1, "Wi2013"))
    empty.add("aanmelding", (1, 1, 2022, 1), (2, 2, 2022, 2), (3, 3, 2022, 1), (4, 1, 2019, None), (5, 1, 2022, 2))
    empty.add("notitie", (1, 1, None), (2, None, 1), (3, 2, None), (4, None, 4), (5, None, 5), (6, 3, None))
    return empty


TWO = PERSON | {
    "root": ["inburgeraar", "aanmelding"],
    "path": ["inburgeraar.persoon_id", "aanmelding.persoon_id"],
    "where": {"inburgeraar.wet": "Wi2021"},
    "conditions": ["aanmelding.jaar >= 2022"],
    "belongs": {"notitie": ["inburgeraar_id", "aanmelding_id"]},
}


def test_several_roots(two_roots: Base) -> None:
    with open_system(two_roots.system(TWO)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"inburgeraar": 1, "aanmelding": 2, "notitie": 3}
        assert plan.nulled == {"aanmelding.inburgeraar_id": 1}
        assert plan.roots_total == 6
        assert execute(local, ONE, plan.hash).verification.verified
        assert sum(root.verdict is True for root in roots(local)) == 3
    assert two_roots.rows("aanmelding") == [(2, 2, 2022, 2), (3, 3, 2022, None), (4, 1, 2019, None)]
    assert [row[0] for row in two_roots.rows("notitie")] == [3, 4, 6]


def test_each_root_needs_its_path_and_its_mark(two_roots: Base) -> None:
    with pytest.raises(ConfigurationError, match="two paths start at inburgeraar"):
        open_system(two_roots.system(TWO | {"path": ["inburgeraar.persoon_id", "inburgeraar.persoon_id"]}))
    with pytest.raises(ConfigurationError, match="several paths lead to the person"):
        open_system(two_roots.system({**TWO, "path": None}))
    restricted = {"policy": "restrict", "restrict": {"inburgeraar.wet": "beperkt"}}
    with pytest.raises(ConfigurationError, match="no column of the root table aanmelding"):
        open_system(two_roots.system(TWO, **restricted))


def test_tables_of_other_schemas(empty: Base) -> None:
    if "postgresql" not in empty.url:  # schemas are PostgreSQL's: elsewhere such a name is refused
        persons(empty)
        with pytest.raises(ConfigurationError, match=r"there is no table vendor\.inburgeraar"):
            open_system(empty.system(PERSON | {"root": "vendor.inburgeraar"}))
        return
    persons(empty)
    empty.run(
        "create schema vendor;\ncreate schema logboek;\n"
        "create table vendor.inburgeraar (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table vendor.traject (id integer primary key, wie integer references vendor.inburgeraar (id));\n"
        "create table logboek.traject (id integer primary key, traject integer references vendor.traject (id));\n"
        "insert into vendor.inburgeraar values (1, 1), (2, 2);\ninsert into vendor.traject values (1, 1), (2, 2);\n"
        "insert into logboek.traject values (1, 1), (2, 2)"
    )
    with open_system(empty.system(PERSON | {"root": "vendor.inburgeraar"})) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {"vendor.inburgeraar": 1, "vendor.traject": 1, "logboek.traject": 1}
        execute(local, ONE, plan.hash)
    with empty.engine.connect() as connection:
        assert list(connection.scalars(text("select id from logboek.traject"))) == [2]


def test_a_view_is_refused_by_its_name(empty: Base) -> None:
    persons(empty)
    empty.run("create table root (id integer primary key, persoon_id integer references persoon (id))")
    empty.run("create view bekeken as select * from root")
    with pytest.raises(ConfigurationError, match="bekeken is a view; name the table behind it"):
        open_system(empty.system(PERSON | {"root": "bekeken"}))


def test_a_name_that_the_database_cut(empty: Base) -> None:
    long = "deelnemer_aan_het_inburgeringstraject_volgens_de_wet_inburgering_2021"
    persons(empty)
    empty.run(
        f"create table {long[:63]} (id integer primary key, persoon_id integer, constraint wie foreign key (persoon_id) references persoon (id))"
    )
    empty.run(f"create table les (id integer primary key, deelnemer integer references {long[:63]} (id))")
    empty.add(long[:63], (1, 1), (2, 2))
    empty.add("les", (1, 1), (2, 2))
    name = long if "postgresql" in empty.url else long[:63]
    footprint = PERSON | {"root": name, "path": [f"{name}.persoon_id"], "belongs": {"les": ["deelnemer"]}}
    with open_system(empty.system(footprint, allow_index=True)) as local:
        plan = make_plan(local, ONE)
        assert plan.rows == {long[:63]: 1, "les": 1}
        assert execute(local, ONE, plan.hash).rows == plan.rows
    assert [row[0] for row in empty.rows("les")] == [2]


def test_what_would_look_too_long_without_an_index_is_refused_with_the_mend(
    empty: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons(empty)
    empty.run("create table root (id integer primary key, persoon_id integer references persoon (id))")
    empty.run("create table les (id integer primary key, root_id integer references root (id))")
    empty.add("root", (1, 1), (2, 2))
    empty.add("les", (1, 1), (2, 2), (3, 2))
    monkeypatch.setattr(indexes, "_MAX_ROW_SCANS", 2)
    with open_system(empty.system(PERSON | {"root": "root"})) as local:
        plan = make_plan(local, ONE)
        if local.database.name != "postgresql":
            assert plan.blockers == ()
            return
        assert "so 3 rows would be scanned" in plan.blockers[0]
        assert "CREATE INDEX hervat_les_" in plan.blockers[0]
        assert "ON les (root_id)" in plan.blockers[0]
        with pytest.raises(BlockedError, match="allow_index: true"):
            execute(local, ONE, plan.hash)
    with open_system(empty.system(PERSON | {"root": "root"}, allow_index=True)) as local:
        assert execute(local, ONE, make_plan(local, ONE).hash).rows == {"root": 1, "les": 1}


def test_a_bsn_column_that_has_lost_digits_is_red(on_postgresql: Base) -> None:
    on_postgresql.run(
        "create table persoon (id integer primary key, bsn real);\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id))"
    )
    with pytest.raises(CleaningError, match=r"system proef: persoon\.bsn is a single-precision number"):
        open_system(on_postgresql.system(PERSON | {"root": "root"}))
