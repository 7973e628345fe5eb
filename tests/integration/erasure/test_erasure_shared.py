"""Shared rows after an erasure: which were left, and what became of them. On SQLite and PostgreSQL, as all of cleaning."""

import json

import pytest

from hervat.erasure import CleaningError, execute, make_plan, open_system
from hervat.erasure.execution.shared_rows import SharedKey, can_look_at, look_at
from tests.support.dossiers import FOOTPRINT, Base, bsn, make_schema

PERSONS = {"b": frozenset([bsn(2)])}
OFFER, PIP, ROUTE = (
    SharedKey(table, (key,)) for table, key in (("inburgeringsaanbod", 202), ("pip", 202), ("Leerroute", 202))
)


def carried(rows: list[SharedKey], base: Base) -> list[SharedKey]:
    """Return rows as they come back from JSON."""
    return [SharedKey(one.table, tuple(json.loads(json.dumps(one.key)))) for one in rows]


def as_kept(base: Base, *rows: SharedKey) -> list[SharedKey]:
    return [one if base.is_sqlite else SharedKey(one.table, tuple(map(str, one.key))) for one in rows]


def erase(base: Base) -> list[SharedKey]:
    """Erase person 2, who shares his offer with 4; return what was noted."""
    noted: list[SharedKey] = []
    with open_system(base.system()) as local:
        execute(local, PERSONS, make_plan(local, PERSONS).hash, note=noted.extend)
    return carried(noted, base)


def looked(base: Base, rows: list[SharedKey]) -> tuple[set[SharedKey], set[SharedKey]]:
    with open_system(base.system()) as local:
        found = look_at(local, rows)
    return set(found.held), set(found.stranded)


def test_what_was_left_is_noted_by_its_key(base: Base) -> None:
    assert sorted(erase(base), key=lambda one: one.table) == as_kept(base, ROUTE, OFFER, PIP)


def test_held_stranded_and_gone(base: Base) -> None:
    rows = erase(base)
    offer, pip, route = as_kept(base, OFFER, PIP, ROUTE)
    assert looked(base, rows) == ({offer, pip, route}, set())
    before = base.everything()
    base.run("update inburgeraar set aanbod_id = 204 where id = 4")
    assert looked(base, rows) == (set(), {offer, pip, route})
    base.run("update pip set aanbod_id = 201 where id = 202")
    assert looked(base, rows) == ({pip, route}, {offer})
    base.run('delete from "Leerroute" where "Id" = 202')
    assert looked(base, rows) == ({pip}, {offer})
    base.run("update pip set aanbod_id = 202 where id = 202;\nupdate inburgeraar set aanbod_id = 202 where id = 4")
    base.add("Leerroute", (202, 202, "B"))
    assert looked(base, rows) == ({offer, pip, route}, set())
    assert base.everything() == before


def test_a_note_that_fails_leaves_everything(base: Base) -> None:
    before = base.everything()

    def fails(_rows: object) -> None:
        raise CleaningError("the register is away")

    with open_system(base.system()) as local, pytest.raises(CleaningError, match="away"):
        execute(local, PERSONS, make_plan(local, PERSONS).hash, note=fails)
    assert base.everything() == before


def test_a_table_that_left_the_footprint_is_not_looked_at(base: Base) -> None:
    rows = erase(base)
    with open_system(base.system({**FOOTPRINT, "keep": ["factuur", "pip"]})) as local:
        assert {one.table for one in rows if not can_look_at(local, one)} == {"pip", "Leerroute"}
        assert not can_look_at(local, SharedKey("inburgeringsaanbod", (202, 1)))


def test_many_rows_with_keys_of_two_columns(empty: Base) -> None:
    make_schema(empty)
    empty.run(
        "create table kring (a integer, b varchar(9), aanbod_id integer references inburgeringsaanbod (id), primary key (a, b))"
    )
    empty.add("natuurlijk_persoon", *[(at, bsn(at), "x") for at in (1, 2)])
    empty.add("vreemdeling", (1, 1), (2, 2))
    empty.add("inburgeringsaanbod", (201, "taal"))
    empty.add("inburgeraar", *[(at, "Wi2021", "2022-01-15", "actief", None, None, 201) for at in (1, 2)])
    empty.add("kring", *[(at, f"k{at}", 201) for at in range(450)])
    noted: list[SharedKey] = []
    with open_system(empty.system()) as local:
        persons = {"a": frozenset([bsn(1)])}
        execute(local, persons, make_plan(local, persons).hash, note=noted.extend)
        rows = carried(noted, empty)
        assert len(rows) == 451
        empty.run("delete from kring where a >= 400;\nupdate kring set aanbod_id = null where a < 10")
        found = look_at(local, rows)
    assert (len(found.held), len(found.stranded)) == (391, 10)
