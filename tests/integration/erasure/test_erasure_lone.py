"""What no key tells: a plan counts the rows that one person alone holds in a table whose rows others share."""

from dataclasses import asdict

from hervat.erasure import make_plan, open_system, plan_hash
from hervat.erasure.planning.single_holders import Lone
from tests.support.dossiers import Base, bsn

FOOTPRINT = {
    "person": {"table": "persoon", "bsn": "bsn"},
    "root": "root",
    "owns": ["root.aanbod_id", "stap.map_id"],
}
A, B = {"a": frozenset([bsn(1)])}, {"b": frozenset([bsn(2)])}


def fill(base: Base, empty: str = "") -> None:
    base.run(
        "create table persoon (id integer primary key, bsn varchar(9));\n"
        "create table aanbod (id integer primary key);\n"
        "create table map (id integer primary key);\n"
        f"create table root (id integer primary key, persoon_id integer references persoon (id),"
        f" aanbod_id integer {empty} references aanbod (id));\n"
        "create table stap (id integer primary key, root_id integer references root (id),"
        " map_id integer references map (id))"
    )
    base.add("persoon", *[(at, bsn(at)) for at in range(1, 5)])
    base.add("aanbod", (1,), (2,), (3,))
    base.add("map", (1,), (2,))
    base.add("root", (1, 1, 1), (2, 2, 2), (3, 3, 2), (4, 4, 3))
    base.add("stap", (1, 1, 1), (2, 1, 1), (3, 4, 2))


def test_a_plan_counts_what_one_person_alone_holds(empty: Base) -> None:
    """Map 1 is named by two steps of one person: that is one person; aanbod 2 by two persons."""
    fill(empty)
    with open_system(empty.system(FOOTPRINT)) as local:
        plan = make_plan(local, A)
        assert plan.lone == (Lone("aanbod", ("root.aanbod_id",), 1, 1),)
        assert any("1 row of aanbod to erase hang from one person, by root.aanbod_id" in one for one in plan.notes)
        assert make_plan(local, B).lone == ()  # his is shared, and stays
        before = plan_hash(local, A)
        empty.add("stap", (4, 4, 1))
        assert {one.table for one in make_plan(local, A).lone} == {"aanbod"}
        empty.add("map", (3,))
        empty.add("stap", (5, 1, 3))
        assert make_plan(local, A).lone == (
            Lone("aanbod", ("root.aanbod_id",), 1, 1),
            Lone("map", ("stap.map_id",), 1, 1),
        )
        assert plan_hash(local, A) == before
        assert asdict(plan)["lone"][0]["several"] == 1


def test_a_key_that_may_not_be_null_tells(empty: Base) -> None:
    fill(empty, "not null")
    with open_system(empty.system(FOOTPRINT)) as local:
        assert make_plan(local, A).lone == ()
