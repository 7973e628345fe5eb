"""Texts: a link is compared to the letter whatever the collation, a foreign key as the database itself holds it."""

from typing import Any

import pytest
from sqlalchemy import select

from hervat.databases import Timeouts, database_of, engine_of, folded
from hervat.erasure import execute, make_plan, open_system, unwise
from hervat.erasure.schema.reflect import read_schema
from hervat.errors import ConfigurationError
from tests.support.dossiers import Base, bsn

PERSON = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
ONE = {"a": frozenset([bsn(1)])}
TWO = ("create table persoon (id integer primary key, bsn varchar(9))",)


def loose(base: Base, length: int = 20) -> str:
    """Return a type of text by which 'abc' is 'ABC' here."""
    if base.is_sqlite:
        return f"varchar({length}) collate nocase"
    if base.is_mariadb:
        return f"varchar({length}) character set utf8mb4 collate utf8mb4_general_ci"
    base.run("create collation if not exists ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    return f"varchar({length}) collate ci"


def start(base: Base, *scripts: str) -> None:
    base.run(";\n".join([*TWO, *scripts]))
    base.add("persoon", (1, bsn(1)), (2, bsn(2)))


def planned(base: Base, **footprint: Any) -> Any:
    with open_system(base.system(PERSON | footprint)) as local:
        plan = make_plan(local, ONE)
        return plan, execute(local, ONE, plan.hash)


def test_a_link_takes_no_capitals_for_small_letters(empty: Base) -> None:
    text = loose(empty)
    start(
        empty,
        f"create table root (id integer primary key, persoon_id integer references persoon (id), code {text})",
        f"create table les (id integer primary key, root_code {text}, uren integer)",
    )
    empty.add("root", (1, 1, "abc"), (2, 2, "xyz"))
    empty.add("les", (1, "abc", 1), (2, "ABC", 1), (3, "abc ", 1), (4, "äbc", 1), (5, "xyz", 1), (6, None, 1))
    plan, done = planned(empty, links=["les.root_code -> root.code"])
    assert (plan.rows["les"], done.rows["les"], [row[0] for row in empty.rows("les")]) == (1, 1, [2, 3, 4, 5, 6])


def test_two_rows_that_differ_by_case_alone_hold_their_own(empty: Base) -> None:
    """The root's column may be as loose as it likes: 'abc' and 'ABC' are two persons' codes."""
    text = loose(empty)
    start(
        empty,
        f"create table root (id integer primary key, persoon_id integer references persoon (id), code {text})",
        f"create table les (id integer primary key, root_code {text}, naar varchar(20))",
        "create table toets (id integer primary key, les_id integer references les (id))",
    )
    empty.add("root", (1, 1, "abc"), (2, 2, "ABC"))
    empty.add("les", (1, "abc", "x"), (2, "ABC", "x"))
    empty.add("toets", (1, 1), (2, 2))
    plan, _ = planned(empty, links=["les.root_code -> root.code"])
    assert (plan.rows, plan.shared) == ({"root": 1, "les": 1, "toets": 1}, {})
    assert (empty.rows("les"), empty.rows("toets")) == ([(2, "ABC", "x")], [(2, 2)])


def test_a_foreign_key_is_held_as_the_database_holds_it(empty: Base) -> None:
    text = loose(empty)
    start(
        empty,
        f"create table root (code {text} primary key, persoon_id integer references persoon (id))",
        f"create table les (id integer primary key, root_code {text}, foreign key (root_code) references root (code))",
    )
    empty.add("root", ("abc", 1), ("xyz", 2))
    empty.add("les", (1, "ABC"), (2, "abc"), (3, "XYZ"))
    plan, done = planned(empty)
    assert (plan.rows, done.rows) == ({"root": 1, "les": 2}, {"root": 1, "les": 2})
    assert empty.rows("les") == [(3, "XYZ")]


@pytest.mark.parametrize("whose", ["child", "parent"])
def test_a_foreign_key_between_differing_collations(empty: Base, whose: str) -> None:
    """SQLite and PostgreSQL hold it by the collation of what is pointed to; MariaDB refuses to make it."""
    if empty.is_mariadb:
        return
    text = loose(empty)
    child, parent = (text, "varchar(20)") if whose == "child" else ("varchar(20)", text)
    start(
        empty,
        f"create table root (code {parent} primary key, persoon_id integer references persoon (id))",
        f"create table les (id integer primary key, root_code {child} references root (code))",
    )
    empty.add("root", ("abc", 1), ("xyz", 2))
    empty.add("les", (1, "abc"), (2, "ABC" if whose == "parent" else "abc"), (3, "xyz"))
    plan, _ = planned(empty)
    assert (plan.rows, empty.rows("les")) == ({"root": 1, "les": 2}, [(3, "xyz")])


def test_blanks_zeros_and_numbers_in_a_link(empty: Base) -> None:
    start(
        empty,
        "create table root (id integer primary key, persoon_id integer references persoon (id), nr numeric(8, 2))",
        "create table les (id integer primary key, root_nr varchar(12))",
        "create table uur (id integer primary key, les_nr char(6))",
    )
    empty.add("root", (1, 1, 1), (2, 2, 2))
    empty.add("les", (1, "1"), (2, "1 "), (3, "01"), (4, "2"), (5, "1.0"), (6, ""))
    empty.add("uur", (1, "1"), (2, "2"))
    plan, _ = planned(empty, links=["les.root_nr -> root.nr", "uur.les_nr -> les.root_nr"])
    assert plan.rows == {"root": 1, "les": 1, "uur": 1}
    assert [row[0] for row in empty.rows("les")] == [2, 3, 4, 5, 6]


def test_a_uuid_is_the_same_however_a_text_spells_it(empty: Base) -> None:
    one, other = "0a1b2c3d-0000-4000-8000-00000000000a", "0a1b2c3d-0000-4000-8000-00000000000b"
    kind = "varchar(36)" if empty.is_sqlite else "uuid"
    start(
        empty,
        f"create table root (id {kind} primary key, persoon_id integer references persoon (id))",
        "create table les (id integer primary key, root_id varchar(40))",
    )
    empty.add("root", (one, 1), (other, 2))
    spelled = [one, one.upper(), one.replace("-", ""), "{" + one + "}", other]
    empty.add("les", *enumerate(spelled))
    plan, _ = planned(empty, links=["les.root_id -> root.id"])
    assert plan.rows["les"] == (1 if empty.is_sqlite else 4)  # a text against a text is held to the letter
    assert empty.rows("les")[-1] == (4, other)


def test_a_citext_is_loose_too(on_postgresql: Base) -> None:
    on_postgresql.run("create extension citext")
    start(
        on_postgresql,
        "create table root (id integer primary key, persoon_id integer references persoon (id), code citext)",
        "create table les (id integer primary key, root_code citext)",
    )
    on_postgresql.add("root", (1, 1, "abc"), (2, 2, "xyz"))
    on_postgresql.add("les", (1, "abc"), (2, "ABC"))
    plan, _ = planned(on_postgresql, links=["les.root_code -> root.code"])
    assert (plan.rows["les"], on_postgresql.rows("les")) == (1, [(2, "ABC")])


def test_what_sqlite_tells_of_collations(empty: Base) -> None:
    if not empty.is_sqlite:
        return
    empty.run(
        'create table "a (b" (id integer primary key, -- niet: x collate rtrim,\n "na,am" varchar(10) COLLATE NOCASE'
        " default ('a,b'), c numeric(8,2), code text check (code <> 'collate rtrim') not null collate \"RTRIM\","
        " d text default 'collate nocase')"
    )
    with empty.engine.connect() as connection:
        columns = read_schema(connection)["a (b"].sa.c
    told = {one.name: getattr(one.type, "collation", None) for one in columns}
    assert told == {"id": None, "na,am": "NOCASE", "c": None, "code": "RTRIM", "d": None}


def wet(base: Base, column: str, *values: Any) -> None:
    start(base, f"create table root (id integer primary key, persoon_id integer references persoon (id), wet {column})")
    base.add("root", *[(at, 1 + at % 2, value) for at, value in enumerate(values)])


NEAR = [
    "wi2021",
    "WI2021",
    "Wi 2021",
    "Wi-2021",
    "wi.2021",
    " Wi2021",
    "Wi2021\t",
    "Wi\u00a02021",
    "Ｗi２０２１",
    "'Wi2021'",
]
OTHER = ["Wi2013", "Wi20211", "Wi2021x", "W2021", "", "Wi", "2021"]


@pytest.mark.parametrize("kind", ["plain", "loose"])
def test_the_law_is_read_to_the_letter_and_what_looks_like_it_is_unknown(empty: Base, kind: str) -> None:
    text = loose(empty) if kind == "loose" else "varchar(20)"
    wet(empty, text, "Wi2021")
    for at, value in enumerate([*NEAR, *OTHER, "Wi2021", None], 10):
        empty.add("persoon", (at, bsn(at)))
        empty.add("root", (at, at, value))
    everyone = {f"p{at}": frozenset([bsn(at)]) for at in range(10, 10 + len(NEAR) + len(OTHER) + 2)}
    exact, none = 10 + len(NEAR) + len(OTHER), 11 + len(NEAR) + len(OTHER)
    with open_system(empty.system(PERSON | {"where": {"root.wet": "Wi2021"}})) as local:
        plan = make_plan(local, everyone)
        assert plan.found == (f"p{exact}",)
        assert set(plan.unknown) == {f"p{at}" for at in (*range(10, 10 + len(NEAR)), none)}
        told = next(one for one in unwise(local) if "only by case" in one)
        assert f"{len(NEAR)} rows of root.wet differ from Wi2021" in told
        assert any("only by case" in one for one in plan.notes)
        [found] = plan.beside
        assert {(one.shown, one.rows) for one in found.values if not one.near} == {
            (f"'{one}'" if one is not None else "empty", 1) for one in [*OTHER, None]
        }


def test_a_spelling_that_is_listed_counts_and_one_that_is_told_apart_does_not(empty: Base) -> None:
    wet(empty, loose(empty), "Wi2021", "wi2021", "WI2021")
    for at in range(3):
        empty.run(
            f"update root set persoon_id = {at + 1} where id = {at}" if at < 2 else "delete from root where id = 2"
        )
    both = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
    for footprint, found, unknown in (
        ({"where": {"root.wet": ["Wi2021", "wi2021"]}}, ("a", "b"), ()),
        ({"where": {"root.wet": "Wi2021"}}, ("a",), ("b",)),
        ({"where": {"root.wet": "Wi2021"}, "conditions": ["root.wet != wi2021"]}, ("a",), ()),
        ({"conditions": ["root.wet != Wi2013"]}, ("a", "b"), ()),
        ({"conditions": ["root.wet != wI2021"]}, (), ("a", "b")),
    ):
        with open_system(empty.system(PERSON | footprint)) as local:
            plan = make_plan(local, both)
            assert (plan.found, plan.unknown) == (found, unknown), footprint


def test_a_char_that_is_filled_up_is_that_text(empty: Base) -> None:
    wet(empty, "char(12)", "Wi2021")
    with open_system(empty.system(PERSON | {"where": {"root.wet": "Wi2021"}})) as local:
        assert make_plan(local, ONE).found == ("a",)


def test_days_in_texts(empty: Base) -> None:
    wet(empty, "varchar(30)", "2022-01-01")
    days = ["2021-12-31", "2022-01-01", "2022-01-01T08:00:00", "2022-03-01", "01-02-2022", "", None]
    for at, value in enumerate(days, 10):
        empty.add("persoon", (at, bsn(at)))
        empty.add("root", (at, at, value))
    everyone = {f"p{at}": frozenset([bsn(at)]) for at in range(10, 17)}
    for said, found in (
        (">= 2022-01-01", {"p11", "p12", "p13"}),
        ("= 2022-01-01", {"p11", "p12"}),
        ("!= 2022-01-01", {"p10", "p13"}),
    ):
        with open_system(empty.system(PERSON | {"conditions": [f"root.wet {said}"]})) as local:
            plan = make_plan(local, everyone)
            assert set(plan.found) == found, said
            assert set(plan.unknown) == {"p14", "p15", "p16"}, said


def test_numbers_in_texts_are_not_sorted(empty: Base) -> None:
    wet(empty, "varchar(10)", "2021")
    with pytest.raises(ConfigurationError, match="999 would come after 2021"):
        open_system(empty.system(PERSON | {"conditions": ["root.wet >= 2021"]}))
    with open_system(empty.system(PERSON | {"where": {"root.wet": 2021}})) as local:
        assert make_plan(local, ONE).found == ("a",)


def test_texts_sort_by_their_letters(empty: Base) -> None:
    wet(empty, loose(empty), "b", "B")
    with open_system(empty.system(PERSON | {"conditions": ["root.wet >= a"]})) as local:
        plan = make_plan(local, {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])})
    assert (plan.found, plan.unknown) == (("a",), ())


def test_what_stands_where_a_number_should_is_unknown(empty: Base) -> None:
    if not empty.is_sqlite:
        return
    wet(empty, "boolean", 1, "true")
    with open_system(empty.system(PERSON | {"where": {"root.wet": True}})) as local:
        plan = make_plan(local, {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])})
    assert (plan.found, plan.unknown) == (("a",), ("b",))


def test_what_may_be_personal_is_not_shown(empty: Base) -> None:
    number, long = bsn(3), "x" * 41
    wet(
        empty, "varchar(60)", "Wi2021", number, long, "v 12 34 56 78 90", "jan@example.nl", "01-02-1990", "Wi2013\u200b"
    )
    with open_system(empty.system(PERSON | {"where": {"root.wet": "Wi2021"}})) as local:
        [found] = make_plan(local, ONE).beside
    assert sorted(one.shown for one in found.values) == ["'Wi2013\\x200b'", *["(not shown)"] * 5]


def test_a_closed_list_has_no_other_value(empty: Base) -> None:
    if empty.is_sqlite:
        return
    kind = "enum('Wi2021', 'Wi2013')" if empty.is_mariadb else "wetten"
    if not empty.is_mariadb:
        empty.run("create type wetten as enum ('Wi2021', 'Wi2013')")
    wet(empty, kind, "Wi2021", "Wi2013")
    with open_system(empty.system(PERSON | {"where": {"root.wet": "Wi2021"}})) as local:
        assert make_plan(local, ONE).found == ("a",)
    with pytest.raises(ConfigurationError, match="not one of those"):
        open_system(empty.system(PERSON | {"where": {"root.wet": "wi2021"}}))


LAWS = {
    "wi2021": ["Wi2021", "Ｗi2021", "Wi\u00a02021", "W.i-2 0/2_1", "Wi2012", "Wi20 13", "Ｗi2013", "Wí2021"],
    "inburgering": ["INBURGERING", "in-burgerinG", "ｉnburgering", "inburgerung", "in burgering\u200b", "burgeringin"],
    "wet2": ["WET 2", "ｗet２", "wet", "Wet 3", "2wet"],
    "w%2021": ["W%2021", "W 2021", "w % 2021"],
    "wét2021": ["WÉT2021", "Wét 2021", "Wet2021"],
}


def test_the_database_folds_as_hervat_does_though_it_looks_cheaply_first(empty: Base) -> None:
    empty.run("create table root (id integer primary key, wet varchar(40))")
    texts = [text for spelled in LAWS.values() for text in spelled]
    empty.add("root", *enumerate(texts))
    with engine_of("proef", empty.url, Timeouts()).connect() as connection:
        table = read_schema(connection)["root"].sa
        for law in LAWS:
            folds = database_of(connection).folds_to(table.c.wet, [law])
            found = {texts[at] for at in connection.scalars(select(table.c.id).where(folds))}
            assert found == {text for text in texts if folded(text) == law}, law
        both = database_of(connection).folds_to(table.c.wet, ["inburgering", "wi2021"])
        found = {texts[at] for at in connection.scalars(select(table.c.id).where(both))}
        assert found == {text for text in texts if folded(text) in ("inburgering", "wi2021")}


def test_a_law_of_another_name_is_told_apart_unless_it_is_asked_for(empty: Base) -> None:
    wet(empty, "varchar(20)", "Wi2013", "wi 2013")
    for law, found, unknown in (("Wi2013", ("b",), ("a",)), ("wi2013", (), ("a", "b")), ("Wi2021", (), ())):
        with open_system(empty.system(PERSON | {"where": {"root.wet": law}})) as local:
            plan = make_plan(local, {"b": frozenset([bsn(1)]), "a": frozenset([bsn(2)])})
            assert (plan.found, plan.unknown) == (found, unknown), law
