"""Erasing in a system of the Gemeentelijk Gegevensmodel's form: what goes, what stays, what is set aside."""

from typing import Any

import pytest
from sqlalchemy import event, text

from hervat.databases import Postgresql
from hervat.databases.interface import Deleting
from hervat.erasure import (
    BlockedError,
    ChangedError,
    CleaningError,
    ExecutionOutcome,
    Plan,
    check,
    execute,
    make_plan,
    open_system,
    root_groups,
)
from tests.support.dossiers import Base, bsn

ONE_AND_TWO = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
DOSSIER_OF_ONE = {
    "inburgeraar": 1, "inburgeringsplicht": 1, "inburgeringsaanbod": 1, "termijn": 1, "traject": 1, "ontheffing": 1,
    "brede_intake": 1, "examen": 1, "examenonderdeel": 1, "vrijstelling": 1, "plicht_gemeente": 1, "pip": 1,
    "Leerroute": 1, "traject_pip": 1,
}  # fmt: skip


def planned(base: Base, persons: dict[str, frozenset[str]], **options: Any) -> Plan:
    with open_system(base.system(**options)) as local:
        return make_plan(local, persons)


def cleaned(base: Base, persons: dict[str, frozenset[str]], **options: Any) -> ExecutionOutcome:
    with open_system(base.system(**options)) as local:
        return execute(local, persons, make_plan(local, persons).hash)


def test_plan_reads_only(base: Base) -> None:
    before = base.everything()
    plan = planned(base, ONE_AND_TWO)
    assert base.everything() == before
    assert plan.found == ("a", "b")
    assert plan.roots_total == 4
    assert plan.persons == 2
    assert plan.stranded == {"inburgeringsplicht": 1, "inburgeringsaanbod": 2}


def test_the_whole_dossier_goes_and_nothing_else(base: Base) -> None:
    before = base.everything()
    outcome = cleaned(base, {"a": frozenset([bsn(1)])})
    assert outcome.rows == DOSSIER_OF_ONE
    assert outcome.nulled == {"factuur.traject_id": 1}
    assert outcome.cleaned == ("a",)
    after = base.everything()
    for table, rows in before.items():
        lost = [row for row in rows if row not in after[table]]
        assert len(lost) == DOSSIER_OF_ONE.get(table, 0) + (table == "factuur")
        assert len([row for row in after[table] if row not in rows]) == (table == "factuur")


def test_shared_rows_stay_with_the_dossier_under_wi2013(base: Base) -> None:
    outcome = cleaned(base, ONE_AND_TWO)
    assert outcome.left == {"inburgeringsaanbod": 1, "pip": 1, "Leerroute": 1}
    assert (202, 202) in base.rows("pip")
    assert [row[1] for row in base.rows("inburgeraar") if row[0] == 4] == ["Wi2013"]
    assert len(base.rows("natuurlijk_persoon")) == 6


def test_shared_rows_go_when_their_last_holders_go_together(base: Base) -> None:
    base.run("update inburgeraar set wet = 'Wi2021' where id = 4")
    outcome = cleaned(base, {"b": frozenset([bsn(2)]), "d": frozenset([bsn(4)])})
    assert outcome.left == {}
    assert outcome.rows["pip"] == 1


def test_unknown_law_is_set_aside(base: Base) -> None:
    outcome = cleaned(base, {"e": frozenset([bsn(5)])})
    assert (outcome.cleaned, outcome.set_aside, outcome.rows) == ((), ("e",), {})


def test_another_law_stays(base: Base) -> None:
    plan = planned(base, {"d": frozenset([bsn(4)])})
    assert (plan.found, plan.unknown, plan.rows) == ((), (), {})


def test_a_double_person_is_left_alone(base: Base) -> None:
    base.add("natuurlijk_persoon", (9, f" {bsn(1)[:4]}.{bsn(1)[4:6]}.{bsn(1)[6:]} ", "nog eens"))
    before = base.everything()
    outcome = cleaned(base, {"a": frozenset([bsn(1)])})
    assert outcome.set_aside == ("a",)
    assert base.everything() == before


def test_two_bsns_of_one_person_with_a_row_each_are_a_double(base: Base) -> None:
    plan = planned(base, {"a": frozenset([bsn(1), bsn(3)])})
    assert (plan.doubles, plan.rows) == (("a",), {})


@pytest.mark.parametrize("form", ["{} ", " {}", "{}.0", "{:.3}.{}", "{:.4}-{}"])
def test_the_bsn_is_found_however_it_is_written(base: Base, form: str) -> None:
    number = bsn(1)
    written = form.format(number, number[3:] if ".3" in form else number[4:])
    base.run(f"update natuurlijk_persoon set burgerservicenummer = '{written}' where id = 1")
    assert planned(base, {"a": frozenset([number])}).found == ("a",)


def test_twice_is_once(base: Base) -> None:
    with open_system(base.system()) as local:
        plan = make_plan(local, ONE_AND_TWO)
        execute(local, ONE_AND_TWO, plan.hash)
        after = base.everything()
        again = execute(local, ONE_AND_TWO, plan.hash)
        assert (again.rows, again.cleaned) == ({}, ())
        assert base.everything() == after
        assert make_plan(local, ONE_AND_TWO).hash == plan.hash
        assert make_plan(local, ONE_AND_TWO, occasion=1).hash != plan.hash


def test_the_day_s_work_does_not_void_a_plan(base: Base) -> None:
    with open_system(base.system()) as local:
        plan = make_plan(local, ONE_AND_TWO)
        base.add("termijn", (50, 101, "2026-01-01"))
        assert execute(local, ONE_AND_TWO, plan.hash).rows["termijn"] == 3


@pytest.mark.parametrize(
    "change",
    [
        "alter table termijn add column nieuw integer",
        "create table extra (id integer primary key, plicht_id integer references inburgeringsplicht (id))",
    ],
)
def test_a_changed_schema_voids_a_plan(base: Base, change: str) -> None:
    before = base.everything()
    with open_system(base.system()) as local:
        plan = make_plan(local, ONE_AND_TWO)
        base.run(change)
        with pytest.raises(ChangedError, match="make a new plan"):
            execute(local, ONE_AND_TWO, plan.hash)
    assert len(base.everything()["termijn"]) == len(before["termijn"])


def test_other_persons_void_a_plan(base: Base) -> None:
    with open_system(base.system()) as local:
        plan = make_plan(local, ONE_AND_TWO)
        with pytest.raises(ChangedError):
            execute(local, {"a": frozenset([bsn(1)])}, plan.hash)


def test_a_key_that_may_not_be_null_stops_the_plan(base: Base) -> None:
    base.run(
        "create table vast (id integer primary key, termijn_id integer not null references termijn (id) on delete cascade)"
    )
    base.add("vast", (1, 1))
    footprint = {**base.system().footprint.model_dump(), "keep": ["factuur", "vast"]}
    before = base.everything()
    with open_system(base.system(footprint)) as local:
        plan = make_plan(local, ONE_AND_TWO)
        assert len(plan.blockers) == 1
        assert "vast.termijn_id" in plan.blockers[0]
        with pytest.raises(BlockedError, match="vast.termijn_id"):
            execute(local, ONE_AND_TWO, plan.hash)
    assert base.everything() == before


def test_a_cascade_takes_no_row_that_was_not_planned(base: Base) -> None:
    base.run("create table los (id integer primary key, termijn_id integer references termijn (id) on delete cascade)")
    base.add("los", (1, 1), (2, 3))
    footprint = {**base.system().footprint.model_dump(), "keep": ["factuur", "los"]}
    with open_system(base.system(footprint)) as local:
        outcome = execute(local, ONE_AND_TWO, make_plan(local, ONE_AND_TWO).hash)
    assert outcome.nulled["los.termijn_id"] == 1
    assert base.rows("los") == [(1, None), (2, 3)]


def test_the_person_row_s_own_key_is_set_to_null(base: Base) -> None:
    base.run("update natuurlijk_persoon set laatste_plicht_id = 101 where id = 1")
    outcome = cleaned(base, ONE_AND_TWO)
    assert outcome.nulled["natuurlijk_persoon.laatste_plicht_id"] == 1
    assert base.rows("natuurlijk_persoon")[0] == (1, bsn(1), "naam 1", None)


def test_self_reference_within_the_dossier(base: Base) -> None:
    base.add("traject", (11, 101, 1), (12, 101, 11), (13, 103, 12))
    outcome = cleaned(base, ONE_AND_TWO)
    assert outcome.rows["traject"] == 4
    assert outcome.nulled["traject.vorige_id"] == 1


def test_roots_are_live(base: Base) -> None:
    with open_system(base.system()) as local:

        def found(verdict: int | None) -> list[str]:
            return sorted(digits for one in root_groups(local) if one.verdict == verdict for digits in one.bsns)

        assert found(1) == [bsn(at) for at in (1, 2, 3, 6)]
        assert found(None) == [bsn(5)]
        assert not any(bsn(at) in repr(list(root_groups(local))) for at in (1, 5))
        execute(local, ONE_AND_TWO, make_plan(local, ONE_AND_TWO).hash)
        assert found(1) == [bsn(3), bsn(6)]


def test_retain_does_nothing(base: Base) -> None:
    before = base.everything()
    outcome = cleaned(base, ONE_AND_TWO, policy="retain", ground="archief", until="2030-01-01")
    assert (outcome.rows, outcome.cleaned) == ({}, ())
    assert base.everything() == before


def test_a_trigger_is_named_and_what_it_writes_may_grow(base: Base) -> None:
    base.run("create table spoor (id integer, wat varchar(10))")
    base.trigger("na_wissen", "after delete", "termijn", "insert into spoor values (old.id, 'weg')")
    plan = planned(base, ONE_AND_TWO)
    assert plan.triggers == ("na_wissen on termijn (writes to spoor)",)
    assert cleaned(base, ONE_AND_TWO).grown == {"spoor": 2}


def test_a_trigger_that_takes_more_rolls_all_back(base: Base) -> None:
    base.trigger("gulzig", "after delete", "termijn", "delete from gemeente")
    base.run("update inburgeraar set gemeente_id = null;\ndelete from plicht_gemeente")
    before = base.everything()
    with pytest.raises(CleaningError, match=r"gemeente \(-1 rows\)"):
        cleaned(base, ONE_AND_TWO)
    assert base.everything() == before


def test_nothing_would_fail(base: Base) -> None:
    with open_system(base.system()) as local:
        assert check(local) == []


def test_indexes_are_named_and_gone_afterwards(base: Base) -> None:
    plan = planned(base, ONE_AND_TWO, allow_index=True)
    # On SQLite hervat's way of erasing needs none; MariaDB has an index on every foreign key.
    assert bool(plan.indexes) is not (base.is_sqlite or base.is_mariadb)
    assert cleaned(base, ONE_AND_TWO, allow_index=True).rows == plan.rows
    with open_system(base.system()) as local:
        assert not any(
            name.startswith("hervat") for table in local.schema.tables.values() for name in map(str, table.indexes)
        )


def test_indexes_that_the_transaction_can_not_build_are_built_before_it_and_gone_after_it(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    if base.is_sqlite or base.is_mariadb:
        return
    monkeypatch.setattr(Postgresql, "indexed_before", Deleting.indexed_before)
    run: list[str] = []
    with open_system(base.system(allow_index=True)) as local:
        plan = make_plan(local, ONE_AND_TWO)
        event.listen(local.engine, "before_cursor_execute", lambda *given: run.append(given[2]))
        assert execute(local, ONE_AND_TWO, plan.hash).rows == plan.rows
    at = {word: [place for place, text in enumerate(run) if word in text] for word in ("CREATE INDEX", "DROP INDEX")}
    (begin,) = [place for place, text in enumerate(run) if "SET LOCAL work_mem" in text][:1]
    assert len(at["CREATE INDEX"]) == len(at["DROP INDEX"]) == len(plan.indexes) > 0
    assert max(at["CREATE INDEX"]) < begin < min(at["DROP INDEX"])
    with open_system(base.system()) as local, local.engine.connect() as connection:
        names = connection.scalars(text("select indexname from pg_indexes where indexname like 'hervat%'")).all()
    assert names == []


def test_errors_hold_no_values(base: Base) -> None:
    base.trigger("nee", "before delete", "termijn", base.refusal)
    before = base.everything()
    with pytest.raises(CleaningError, match="erasing from termijn") as caught:
        cleaned(base, ONE_AND_TWO)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert base.everything() == before
