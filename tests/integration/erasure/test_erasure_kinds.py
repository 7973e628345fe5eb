"""Links bound to a kind: a row of another kind with the same number is another thing, and is left alone."""

from typing import Any

import pytest

from hervat.erasure import BlockedError, execute, make_plan, open_system, unwise
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn

PERSON = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
ONE = {"a": frozenset([bsn(1)])}
BOTH = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
BOUND = "notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type = Inburgeraar"


@pytest.fixture
def notes(empty: Base) -> Base:
    """Two persons with a root and a traject each, and a table of notes about anything."""
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(9));\n"
        "create table inburgeraar (id integer primary key, persoon_id integer not null references persoon (id));\n"
        "create table traject (id integer primary key, inburgeraar_id integer references inburgeraar (id));\n"
        "create table notitie (id integer primary key, onderwerp_type varchar(60), onderwerp_id integer, tekst varchar(20))"
    )
    empty.add("persoon", (1, bsn(1)), (2, bsn(2)))
    empty.add("inburgeraar", (1, 1), (2, 2))
    empty.add("traject", (7, 1), (8, 2))
    return empty


def cleaned(base: Base, links: list[str], persons: Any = ONE, **more: Any) -> Any:
    with open_system(base.system(PERSON | {"links": links} | more)) as local:
        plan = make_plan(local, persons)
        return plan, execute(local, persons, plan.hash)


def test_a_row_of_another_kind_is_not_about_the_person(notes: Base) -> None:
    kinds = ["Inburgeraar", "Inburgeraar", "Bijstand", None, "Inburgeraar2", "x Inburgeraar"]
    notes.add("notitie", *[(at, kind, 1 + (at == 1), "over") for at, kind in enumerate(kinds)])
    plan, done = cleaned(notes, [BOUND])
    assert plan.rows == done.rows == {"inburgeraar": 1, "traject": 1, "notitie": 1}
    assert [row[0] for row in notes.rows("notitie")] == [1, 2, 3, 4, 5]
    assert plan.nulled == {}
    assert plan.stranded == {"notitie": 1}  # of no kind at all; what is of another kind is not stranded


@pytest.mark.parametrize(
    "said",
    [
        r"= App\Models\Inburgeraar",
        r"= 'App\Models\Inburgeraar'",
        r'= "App\Models\Inburgeraar"',
        r"in (App\Models\Inburgeraar)",
        r"in ('App\Models\Inburgeraar', \"van iets, met een komma\")",
        r"IN ( x , App\Models\Inburgeraar )",
    ],
)
def test_a_class_with_its_path_is_a_kind(notes: Base, said: str) -> None:
    notes.add("notitie", (1, r"App\Models\Inburgeraar", 1, ""), (2, "Inburgeraar", 1, ""))
    said = said.replace('\\"', '"')
    _, done = cleaned(notes, [f"notitie.onderwerp_id -> inburgeraar.id when onderwerp_type {said}"])
    assert (done.rows["notitie"], [row[0] for row in notes.rows("notitie")]) == (1, [2])


def test_several_kinds_of_one_table_and_one_column_for_two_tables(notes: Base) -> None:
    rows = [
        ("Inburgeraar::Dossier", 1),
        ("dossier", 1),
        ("Traject", 7),
        ("Traject", 1),
        ("Bijstand", 7),
        ("Traject", 8),
    ]
    notes.add("notitie", *[(at, kind, number, "") for at, (kind, number) in enumerate(rows)])
    links = [
        "notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type = Inburgeraar::Dossier",
        "notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type = dossier",
        "notitie.onderwerp_id -> traject.id when notitie.onderwerp_type = Traject",
    ]
    for belongs in ({}, {"belongs": {"notitie": ["onderwerp_id"]}}):
        with open_system(notes.system(PERSON | {"links": links} | belongs)) as local:
            assert make_plan(local, ONE).rows == {"inburgeraar": 1, "traject": 1, "notitie": 3}
            assert make_plan(local, BOTH).rows == {"inburgeraar": 2, "traject": 2, "notitie": 4}
    _, done = cleaned(notes, links)
    assert (done.rows["notitie"], [row[0] for row in notes.rows("notitie")]) == (3, [3, 4, 5])


def test_a_row_that_stays_keeps_its_number_unless_it_is_of_that_kind(notes: Base) -> None:
    """By another key a note is held by a traject that stays: the link is set to null where it names what goes."""
    notes.run("alter table notitie add column traject_id integer")
    notes.add("notitie", (1, "Inburgeraar", 1, "", 8), (2, "Bijstand", 1, "", 8), (3, "Bijstand", 1, "", 7))
    links = [BOUND, "notitie.traject_id -> traject.id"]
    plan, done = cleaned(notes, links, belongs={"notitie": ["traject_id", "onderwerp_id"]})
    assert (plan.nulled, done.nulled) == ({"notitie.onderwerp_id": 1}, {"notitie.onderwerp_id": 1})
    assert notes.rows("notitie") == [(1, "Inburgeraar", None, "", 8), (2, "Bijstand", 1, "", 8)]


def test_another_kind_before_the_deciding_key_does_not_decide(notes: Base) -> None:
    notes.run("alter table notitie add column traject_id integer")
    notes.add("notitie", (1, "Bijstand", 1, "", 7), (2, "Inburgeraar", 2, "", 7), (3, None, 1, "", 7))
    links = [BOUND, "notitie.traject_id -> traject.id"]
    plan, _ = cleaned(notes, links, belongs={"notitie": ["onderwerp_id", "traject_id"]})
    assert plan.rows["notitie"] == 2  # the second is that of person 2, whose key comes first
    assert notes.rows("notitie") == [(2, "Inburgeraar", 2, "", None)]


def test_another_kind_never_blocks(notes: Base) -> None:
    """The number may not be null, in a table that is not entered: only a row of that kind stops the plan."""
    notes.run("create table log (id integer primary key, soort varchar(20), object_id integer not null)")
    notes.add("log", (1, "Bijstand", 1))
    link, keep = ["log.object_id -> inburgeraar.id when log.soort = 'Inburgeraar'"], {"keep": ["log"]}
    with open_system(notes.system(PERSON | {"links": link} | keep)) as local:
        assert make_plan(local, ONE).blockers == ()
        notes.add("log", (2, "Inburgeraar", 1))
        assert "1 surviving row of log pointing in by log.object_id" in make_plan(local, ONE).blockers[0]
        with pytest.raises(BlockedError):
            execute(local, ONE, make_plan(local, ONE).hash)


def test_a_link_row_goes_with_the_end_of_its_kind(notes: Base) -> None:
    notes.run(
        "create table label (id integer primary key, tekst varchar(9));\n"
        "create table geplakt (label_id integer references label (id), op_id integer, op_type varchar(20))"
    )
    notes.add("label", (5, "ziek"))
    notes.add("geplakt", (5, 1, "Inburgeraar"), (5, 1, "Bijstand"), (5, 2, "Inburgeraar"), (5, 7, "Traject"))
    links = [
        "geplakt.op_id -> inburgeraar.id when geplakt.op_type = Inburgeraar",
        "geplakt.op_id -> traject.id when geplakt.op_type = Traject",
    ]
    plan, done = cleaned(notes, links)
    assert (plan.rows, done.rows["geplakt"]) == ({"inburgeraar": 1, "traject": 1, "geplakt": 2}, 2)
    assert notes.rows("geplakt") == [(5, 1, "Bijstand"), (5, 2, "Inburgeraar")]


def test_an_owned_row_of_another_kind_is_nobodys(notes: Base) -> None:
    """A key under owns that is bound to a kind holds only what it names by that kind."""
    notes.run(
        "alter table inburgeraar add column bijlage_id integer;\nalter table inburgeraar add column bijlage_type varchar(9);\n"
        "create table bestand (id integer primary key, naam varchar(9))"
    )
    notes.add("bestand", (1, "a"), (2, "b"))
    notes.run("update inburgeraar set bijlage_id = id, bijlage_type = 'Bestand' where id = 1")
    notes.run("update inburgeraar set bijlage_id = 1, bijlage_type = 'Foto' where id = 2")
    link = "inburgeraar.bijlage_id -> bestand.id when inburgeraar.bijlage_type = Bestand"
    plan, _ = cleaned(notes, [link], owns=["inburgeraar.bijlage_id"])
    assert (plan.rows["bestand"], plan.shared, notes.rows("bestand")) == (1, {}, [(2, "b")])


def test_a_kind_that_is_a_number(notes: Base) -> None:
    notes.run("create table taak (id integer primary key, content_type_id integer, object_id varchar(12))")
    notes.add("taak", (1, 7, "1"), (2, 8, "1"), (3, 7, "2"), (4, 7, "01"), (5, None, "1"))
    plan, _ = cleaned(notes, ["taak.object_id -> inburgeraar.id when taak.content_type_id = 7"])
    assert (plan.rows["taak"], [row[0] for row in notes.rows("taak")]) == (1, [2, 3, 4, 5])


def test_a_kind_that_differs_by_case_or_blanks_stops_the_plan(notes: Base) -> None:
    notes.add("notitie", (1, "inburgeraar", 1, ""), (2, "Inburgeraar ", 1, ""), (3, "inburgeraar", 9, ""))
    with open_system(notes.system(PERSON | {"links": [BOUND]})) as local:
        plan = make_plan(local, ONE)
        assert "2 rows of notitie would be erased by notitie.onderwerp_id" in plan.blockers[0]
        with pytest.raises(BlockedError):
            execute(local, ONE, plan.hash)
        told = next(one for one in unwise(local) if "only by case" in one)
        assert "3 rows of notitie.onderwerp_type differ from Inburgeraar" in told
    listed = "notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type in (Inburgeraar, inburgeraar, 'Inburgeraar ')"
    plan, _ = cleaned(notes, [listed])
    assert (plan.blockers, plan.rows["notitie"]) == ((), 2)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("notitie.onderwerp_id -> inburgeraar.id when", "is not a valid kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type", "is not a valid kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type != Bijstand", "is not a valid kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type = ''", "is not a valid kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type in ()", "is not a valid kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.soort = Inburgeraar", "has no column soort"),
        ("notitie.onderwerp_id -> inburgeraar.id when traject.id = 1", "does not say which kind"),
        ("notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_id = 1", "does not say which kind"),
        ("traject.id -> inburgeraar.id when traject.inburgeraar_id = een", "does not fit the column's type"),
    ],
)
def test_what_is_no_kind_is_refused_by_name(notes: Base, link: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught, open_system(notes.system(PERSON | {"links": [link]})):
        pass
    assert told in str(caught.value)


def test_capitals_of_names_fit_and_those_of_kinds_stay(notes: Base) -> None:
    notes.add("notitie", (1, "Inburgeraar", 1, ""), (2, "INBURGERAARS", 1, ""))
    for said in ("NOTITIE.ONDERWERP_TYPE = Inburgeraar", "Onderwerp_Type = Inburgeraar"):
        link = f"NOTITIE.ONDERWERP_ID -> INBURGERAAR.ID when {said}"
        with open_system(notes.system(PERSON | {"links": [link]})) as local:
            assert make_plan(local, ONE).rows["notitie"] == 1


def test_the_doctor_asks_for_the_kind_of_a_link_without_one(notes: Base) -> None:
    notes.add("notitie", (1, "Inburgeraar", 1, ""), (2, "Inburgeraar", 2, ""), (3, "Bijstand", 1, ""))
    with open_system(notes.system(PERSON | {"links": ["notitie.onderwerp_id -> inburgeraar.id"]})) as local:
        told = "\n".join(unwise(local))
        assert "notitie.onderwerp_id has a neighbour onderwerp_type" in told
        assert "when notitie.onderwerp_type = ..." in told
        assert "notitie.onderwerp_type holds 'Inburgeraar' 2 rows, 'Bijstand' 1 row" in told
        assert any("neighbour" in one for one in make_plan(local, ONE).notes)
    with open_system(notes.system(PERSON | {"links": [BOUND]})) as local:
        assert not any("neighbour" in one for one in unwise(local))


def test_the_doctor_finds_what_is_no_link_yet(notes: Base) -> None:
    notes.add("notitie", (1, r"App\Models\Inburgeraar", 1, ""), (2, "Bijstand", 1, ""), (3, "traject", 7, ""))
    with open_system(notes.system(PERSON)) as local:
        told = next(one for one in unwise(local) if one.startswith("notitie.onderwerp_id"))
        assert r"when notitie.onderwerp_type = App\Models\Inburgeraar" in told
        assert "notitie.onderwerp_id -> traject.id when notitie.onderwerp_type = traject" in told
    with open_system(notes.system(PERSON | {"keep": ["notitie"]})) as local:
        assert not any(one.startswith("notitie.onderwerp_id") for one in unwise(local))
