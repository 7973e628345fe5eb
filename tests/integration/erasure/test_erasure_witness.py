"""Others' rows, compared before and after: what changes them rolls everything back, and how much was looked at is said."""

import pytest

from hervat.erasure import ConservationError, execute, make_plan, open_system
from hervat.erasure.execution import conservation
from hervat.erasure.selection import counts
from tests.support.dossiers import Base, bsn

FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
ONE = {"a": frozenset([bsn(1)])}


@pytest.fixture
def many(empty: Base) -> Base:
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(20), naam varchar(20));\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table les (id integer primary key, root_id integer references root (id), uren integer)"
    )
    empty.add("persoon", (1, bsn(1), "een"), (2, bsn(2), "twee"))
    empty.add("root", (1, 1), (2, 2))
    with empty.engine.begin() as connection:
        for at in range(1200):
            connection.exec_driver_sql(f"insert into les values ({at}, {2 if at % 3 else 1}, 5)")
    return empty


@pytest.mark.parametrize("together", [1, 2, 50])
def test_every_table_is_counted(many: Base, monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(counts, "_PER_STATEMENT", together)
    with open_system(many.system(FOOTPRINT)) as local, local.engine.connect() as connection:
        assert conservation.count_tables(connection, local.schema) == {"persoon": 2, "root": 2, "les": 1200}


def test_small_tables_whole_and_large_ones_by_sample(many: Base) -> None:
    with open_system(many.system(FOOTPRINT)) as local:
        outcome = execute(local, ONE, make_plan(local, ONE).hash)
    assert outcome.rows == {"root": 1, "les": 400}
    assert (outcome.whole, outcome.sampled) == (("persoon", "root"), ("les",))


@pytest.mark.parametrize("table", ["persoon", "les"])
def test_a_trigger_behind_a_trigger_that_changes_anothers_row_rolls_all_back(many: Base, table: str) -> None:
    column = {"persoon": "naam = 'x'", "les": "uren = 9"}[table]
    change = f"update {table} set {column} where id = (select least_id from laagste)"
    many.run(
        "create table logboek (id integer);\ncreate table laagste (least_id integer);\ninsert into laagste values (2)"
    )
    trigger(many, "zichtbaar", "after delete on root", "insert into logboek values (1)")
    trigger(many, "verborgen", "after insert on logboek", change)
    before = many.everything()
    with open_system(many.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        assert (
            plan.triggers
            == (f"verborgen on logboek (writes to {table})", "zichtbaar on root (writes to logboek)")[::-1]
        )
        with pytest.raises(ConservationError, match=f"other people's rows would change in {table}"):
            execute(local, ONE, plan.hash)
    assert many.everything() == before


def trigger(base: Base, name: str, when: str, does: str) -> None:
    if base.is_sqlite:
        base.run(f"create trigger {name} {when} begin {does}; end")
    elif "postgresql" in base.url:
        base.run(
            f"create function {name}() returns trigger language plpgsql as $$ begin {does}; return null; end $$;\n"
            f"create trigger {name} {when} for each row execute function {name}()"
        )
    else:
        base.run(f"create trigger {name} {when} for each row {does}")
