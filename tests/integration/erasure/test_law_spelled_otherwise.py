"""The law spelled with a blank or in capitals: the same on every database, and never cleaned with an open gate."""

from hervat.delivery.gate.facts import summed
from hervat.erasure import execute, make_plan, open_system, root_groups
from tests.support.dossiers import Base, bsn

FOOTPRINT = {
    "person": {"table": "persoon", "bsn": "bsn"},
    "root": "inburgeraar",
    "where": {"inburgeraar.wet": "Wi2021"},
}
BOTH = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}


def test_a_law_spelled_otherwise_is_never_cleaned_with_an_open_gate(empty: Base) -> None:
    """Person a has 'wi2021 ': he stays, is set aside, and counts as standing; b is cleaned; c is of another law."""
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(9) unique);\n"
        "create table inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet varchar(10))"
    )
    empty.add("persoon", *[(at, bsn(at)) for at in (1, 2, 3)])
    empty.add("inburgeraar", (1, 1, "wi2021 "), (2, 2, "Wi2021"), (3, 3, "Wi2013"))
    with open_system(empty.system(FOOTPRINT)) as local:
        plan = make_plan(local, BOTH)
        assert (plan.found, plan.unknown) == (("b",), ("a",))
        done = execute(local, BOTH, plan.hash)
        assert (done.rows, done.cleaned, done.set_aside) == ({"inburgeraar": 1}, ("b",), ("a",))
        assert [row[0] for row in empty.rows("inburgeraar")] == [1, 3]
        facts = summed("proef", True, "erase", root_groups(local), lambda one: f"p{one}")
        assert facts.standing == {f"p{bsn(1)}"}


def test_a_law_that_is_listed_is_cleaned_in_every_spelling(empty: Base) -> None:
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(9) unique);\n"
        "create table inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet varchar(10))"
    )
    empty.add("persoon", *[(at, bsn(at)) for at in (1, 2)])
    empty.add("inburgeraar", (1, 1, "wi2021 "), (2, 2, "Wi2021"))
    with open_system(empty.system(FOOTPRINT | {"where": {"inburgeraar.wet": ["Wi2021", "wi2021 "]}})) as local:
        plan = make_plan(local, BOTH)
        assert (plan.found, plan.unknown, plan.beside) == (("a", "b"), (), ())
        assert execute(local, BOTH, plan.hash).rows == {"inburgeraar": 2}
