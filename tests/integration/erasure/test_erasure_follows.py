"""What the database itself changes in a surviving row whose key is set to null: planned, so no other's row changed."""

from tests.integration.erasure.test_erasure_odd import KIND, PERSONS, ROOTS, cleaned
from tests.support.dossiers import Base


def test_a_generated_column_follows_the_key_that_is_set_to_null(empty: Base) -> None:
    computed = "generated always as (coalesce(kind_id, 0) + 1) stored"
    empty.run(f"{PERSONS};\n{ROOTS};\n{KIND}")
    empty.run(f"create table los (id integer primary key, kind_id integer references kind (id), z integer {computed})")
    empty.run("insert into los (id, kind_id) values (1, 1), (2, 2)")
    _, outcome = cleaned(empty, keep=["los"])
    assert (outcome.rows, outcome.nulled) == ({"root": 1, "kind": 1}, {"los.kind_id": 1})
    assert empty.rows("los") == [(1, None, 1), (2, 2, 3)]


def test_a_trigger_that_stamps_a_changed_row_is_named_and_stamps_it(empty: Base) -> None:
    """Half of all vendors keep the day of the last change this way."""
    empty.run(f"{PERSONS};\n{ROOTS};\n{KIND}")
    empty.run("create table los (id integer primary key, kind_id integer references kind (id), gewijzigd integer)")
    empty.run("insert into los values (1, 1, 0), (2, 2, 0)")
    if empty.is_sqlite:
        empty.run(
            "create trigger stempel after update on los begin update los set gewijzigd = 1 where id = new.id; end"
        )
    elif empty.is_mariadb:
        empty.run("create trigger stempel before update on los for each row set new.gewijzigd = 1")
    else:
        empty.run(
            "create function stempel() returns trigger language plpgsql as $$ begin new.gewijzigd := 1; return new; end $$"
        )
        empty.run("create trigger stempel before update on los for each row execute function stempel()")
    plan, outcome = cleaned(empty, keep=["los"])
    assert plan.triggers[0].startswith("stempel on los")
    assert outcome.nulled == {"los.kind_id": 1}
    assert empty.rows("los") == [(1, None, 1), (2, 2, 0)]
