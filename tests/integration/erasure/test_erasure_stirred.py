"""Triggers and rules that keep, turn, hide, hang elsewhere or put back what a plan erases: red, and nothing was done."""

from typing import Any

import pytest

from hervat.erasure import CleaningError, ConservationError, execute, make_plan, open_system
from hervat.erasure.execution.proof import Proof
from tests.support.dossiers import Base, bsn

FOOTPRINT = {
    "person": {"table": "persoon", "bsn": "bsn"},
    "root": "root",
    "belongs": {"traject": ["root_id"], "groep": []},
    "owns": ["traject.groep_id"],
    "keep": ["factuur"],
}
ONE = {"a": frozenset([bsn(1)])}
WRITES_TO_ITS_OWN = pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)
"""No trigger of MariaDB writes to its own table, or keeps a row without an error."""


@pytest.fixture
def small(empty: Base) -> Base:
    """Two persons, each with a root, a traject (collected), lessen (a leaf) and a row of a link table."""
    empty.run(
        "create table persoon (id integer primary key, bsn varchar(20));\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id), status varchar(20));\n"
        "create table groep (id integer primary key, naam varchar(20));\n"
        "create table traject (id integer primary key, root_id integer references root (id),"
        " groep_id integer references groep (id));\n"
        "create table les (id integer primary key, traject_id integer references traject (id), status varchar(20));\n"
        "create table traject_plaats (traject_id integer references traject (id), plaats_id integer"
        " references groep (id));\n"
        "create table factuur (id integer primary key, traject_id integer references traject (id));\n"
        "create table logboek (id integer)"
    )
    empty.add("persoon", (1, bsn(1)), (2, bsn(2)))
    empty.add("root", (1, 1, "actief"), (2, 2, "actief"))
    empty.add("groep", (1, "een"), (2, "twee"))
    empty.add("traject", (1, 1, 1), (2, 2, 2))
    empty.add("les", (1, 1, "open"), (2, 1, "vast"), (3, 2, "open"))
    empty.add("traject_plaats", (1, 1), (1, 2), (2, 2))
    empty.add("factuur", (1, 1), (2, 2))
    return empty


def refused(base: Base, match: str, **options: Any) -> str:
    """Execute and see that it is red with these words, that nothing was done, and that no value is told."""
    before = base.everything()
    with open_system(base.system(FOOTPRINT, **options)) as local:
        plan = make_plan(local, ONE)
        with pytest.raises(ConservationError, match=match) as caught:
            execute(local, ONE, plan.hash, keep=lambda kept: None)
    assert base.everything() == before
    assert bsn(1) not in str(caught.value)
    return str(caught.value)


def keeper(base: Base, table: str, when: str) -> None:
    """A trigger that keeps the rows for which a condition on `old` is true, without a word."""
    if base.is_sqlite:
        base.run(f"create trigger bewaar before delete on {table} when {when} begin select raise(ignore); end")
    else:
        base.run(
            f"create function bewaar() returns trigger language plpgsql as $$ begin if {when} then return null; end if;"
            " return old; end $$;\n"
            f"create trigger bewaar before delete on {table} for each row execute function bewaar()"
        )


@WRITES_TO_ITS_OWN
@pytest.mark.parametrize(
    ("table", "when", "told"),
    [
        ("les", "old.status = 'vast'", "les: 1 row instead of the 2 planned; nothing was done"),
        ("traject_plaats", "old.plaats_id = 2", "traject_plaats: 1 row instead of the 2 planned"),
        ("groep", "old.id = 1", "groep: 0 rows instead of the 1 planned"),
        ("root", "old.id = 1", "root: 0 rows instead of the 1 planned"),
    ],
)
def test_a_row_that_a_trigger_keeps(small: Base, table: str, when: str, told: str) -> None:
    keeper(small, table, when)
    said = refused(small, told)
    assert f"{table} has the trigger bewaar (" in said
    assert ("DROP TRIGGER bewaar" if small.is_sqlite else f"ALTER TABLE {table} DISABLE TRIGGER bewaar") in said


AFTER = {
    "as it was": "insert into {table} values ({same})",
    "under another key": "insert into {table} values ({other})",
    "over a row of another": "{replace} into {table} values ({taken})",
}


@pytest.mark.parametrize("what", AFTER)
def test_a_leaf_that_a_trigger_on_its_holder_puts_back(small: Base, what: str) -> None:
    # Once the last table is emptied: on `traject`, which goes after its lessen. The new rows hang from another person.
    does = AFTER[what].format(
        table="les", same="1, 2, 'open'", other="9, 2, 'open'", taken="3, 2, 'weg'", replace="replace"
    )
    if what == "over a row of another" and "postgresql" in small.url:
        does = "update les set status = 'weg' where id = 3"
    small.trigger("terug", "after delete", "traject", does)
    said = refused(
        small, "would still be in les|other tables than planned would change: les|other people's rows would change"
    )
    assert "nothing was done" in said


@pytest.mark.parametrize(
    ("empty", "late"), [("sqlite", False), ("postgresql", False), ("postgresql", True)], indirect=["empty"]
)
def test_a_root_that_is_put_back(small: Base, late: bool) -> None:
    back = "insert into root values (old.id, null, 'archief')"
    if late:
        small.run(
            f"create function terug() returns trigger language plpgsql as $$ begin {back}; return old; end $$;\n"
            "create constraint trigger terug after delete on root deferrable initially deferred"
            " for each row execute function terug()"
        )
    else:
        small.trigger("terug", "after delete", "root", back)
    refused(small, "1 erased row would still be in root; nothing was done; root has the trigger terug")


def test_a_leaf_that_is_hung_elsewhere_before_it_goes(small: Base) -> None:
    small.trigger("verhang", "before delete", "traject_plaats", "update les set traject_id = 2 where id = 2")
    refused(small, "les: 1 row instead of the 2 planned")


def test_totals_that_agree_while_rows_of_others_went(small: Base) -> None:
    small.trigger("ruil", "after delete", "traject", "insert into les values (9, 2, 'open')")
    small.trigger("ruil_2", "after delete", "root", "delete from les where id = 3")
    refused(small, "other people's rows would change in les")


def test_many_rows_of_others_that_a_named_trigger_swaps(small: Base) -> None:
    with small.engine.begin() as connection:
        for at in range(100, 1500):
            connection.exec_driver_sql(f"insert into les values ({at}, 2, 'open')")
    small.trigger("ruil", "after delete", "traject", "insert into les values (9, 2, 'open')")
    small.trigger("ruil_2", "after delete", "root", "delete from les where id = 700")  # in the middle: in no sample
    refused(small, "other people's rows would change in les")


@pytest.mark.parametrize("instead", ["nothing", "update les set status = 'verwijderd' where id = old.id"])
def test_rules(on_postgresql: Base, instead: str, request: pytest.FixtureRequest) -> None:
    base = on_postgresql
    base.run(
        f"create table persoon (id integer primary key, bsn varchar(20));\ninsert into persoon values (1, '{bsn(1)}');\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table les (id integer primary key, root_id integer references root (id) on delete cascade,"
        " status varchar(20));\ninsert into root values (1, 1);\ninsert into les values (1, 1, 'a'), (2, 1, 'b');\n"
        f"create rule stil as on delete to les do instead {instead}"
    )
    before = base.everything()
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
    told = "les: 0 rows instead of the 2 planned"
    with open_system(base.system(footprint)) as local, pytest.raises(ConservationError, match=told) as caught:
        execute(local, ONE, make_plan(local, ONE).hash)
    assert "les has the rule stil (ALTER TABLE les DISABLE RULE stil)" in str(caught.value)
    assert base.everything() == before


def before_update(base: Base, table: str, sets: str) -> None:
    """A trigger that puts something of its own into each row that is updated."""
    if base.is_sqlite:
        column, value = (part.strip() for part in sets.split("="))
        base.run(
            f"create trigger houd after update on {table} begin update {table} set {column} = {value} where id = new.id;"
            " end"
        )
    elif base.is_mariadb:
        base.run(f"create trigger houd before update on {table} for each row begin set new.{sets}; end")
    else:
        base.run(
            f"create function houd() returns trigger language plpgsql as $$ begin new.{sets}; return new; end $$;\n"
            f"create trigger houd before update on {table} for each row execute function houd()"
        )


def test_a_key_that_is_set_to_null_and_does_not_stay_so(small: Base) -> None:
    before_update(small, "factuur", "traject_id = 2")
    said = refused(small, "1 row would not stay null in factuur.traject_id; nothing was done")
    assert "factuur has the trigger houd" in said


def test_a_key_that_a_trigger_puts_back(small: Base) -> None:
    before_update(small, "factuur", "traject_id = 1")
    before = small.everything()
    with open_system(small.system(FOOTPRINT)) as local:
        plan = make_plan(local, ONE)
        with pytest.raises(CleaningError, match="factuur|erasing from traject"):  # PostgreSQL and MariaDB see it first
            execute(local, ONE, plan.hash)
    assert small.everything() == before


@pytest.mark.parametrize("to", ["old.status", "'anders'"])
def test_a_mark_that_does_not_stay(small: Base, to: str) -> None:
    before_update(small, "root", f"status = {to}")
    said = refused(
        small, "1 row of root.status would not have the mark", policy="restrict", restrict={"root.status": "beperkt"}
    )
    assert "root has the trigger houd" in said


def test_an_audit_trail_may_still_grow_and_the_history_of_a_row_that_stays(small: Base) -> None:
    small.run("create table factuur_oud (id integer primary key, factuur_id integer references factuur (id))")
    small.trigger("spoor", "after delete", "les", "insert into logboek values (old.id)")
    small.trigger("oud", "after update", "factuur", "insert into factuur_oud values (old.id, old.id)")
    with open_system(small.system(FOOTPRINT)) as local:
        outcome = execute(local, ONE, make_plan(local, ONE).hash)
    assert outcome.grown == {"logboek": 2, "factuur_oud": 1}
    assert [small.rows(name) for name in ("root", "les")] == [[(2, 2, "actief")], [(3, 2, "open")]]


@pytest.mark.parametrize("chunk", [None, 1])
def test_a_rehearsal_does_all_of_it_and_leaves_nothing(small: Base, chunk: int | None) -> None:
    small.trigger("spoor", "after delete", "les", "insert into logboek values (old.id)")
    small.run("delete from traject_plaats where traject_id <> plaats_id")  # two chunks would both count it
    both = ONE | {"b": frozenset([bsn(2)])}
    before = small.everything()
    with open_system(small.system(FOOTPRINT, chunk=chunk)) as local:
        plan = make_plan(local, both)
        tried = execute(local, both, plan.hash, rehearse=True)
        assert small.everything() == before
        assert (tried.rows, tried.grown, len(tried.seconds)) == (plan.rows, {"logboek": 3}, 2 if chunk else 1)
        assert execute(local, both, plan.hash) == tried
    assert small.rows("logboek") == [(1,), (2,), (3,)]


def test_a_rehearsal_of_restrict_keeps_nothing(small: Base) -> None:
    before = small.everything()
    with open_system(small.system(FOOTPRINT, policy="restrict", restrict={"root.status": "beperkt"})) as local:
        hash_ = make_plan(local, ONE).hash
        assert execute(local, ONE, hash_, rehearse=True).marked == {"root.status": 1}
    assert small.everything() == before


def test_a_rehearsal_finds_what_would_keep_a_row(small: Base) -> None:
    small.trigger("verhang", "before delete", "traject_plaats", "update les set traject_id = 2 where id = 2")
    before = small.everything()
    told = "les: 1 row instead of the 2 planned"
    with open_system(small.system(FOOTPRINT)) as local, pytest.raises(ConservationError, match=told):
        execute(local, ONE, make_plan(local, ONE).hash, rehearse=True)
    assert small.everything() == before


def after_commit(base: Base, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let a script run in the database right after the commit of a cleaning, before hervat looks again."""
    look = Proof.look_again

    def late(proof: Proof) -> None:
        base.run(script)
        look(proof)

    monkeypatch.setattr(Proof, "look_again", late)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("insert into root values (1, null, 'archief')", r"1 erased row in root \(or new rows"),
        ("insert into les values (2, null, 'terug')", "1 erased row in les"),
        ("insert into traject_oud values (5, 1)", "1 row referring, by traject_oud.traject_id, to erased rows"),
    ],
)
def test_what_comes_back_after_the_commit_is_red_once(
    small: Base, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    small.run("create table traject_oud (id integer primary key, traject_id integer)")
    small.trigger("spoor", "after delete", "les", "insert into logboek values (old.id)")
    footprint = FOOTPRINT | {"links": ["traject_oud.traject_id -> traject.id"]}
    with open_system(small.system(footprint)) as local:
        hash_ = make_plan(local, ONE).hash
        with monkeypatch.context() as patched:
            after_commit(small, patched, script)
            with pytest.raises(CleaningError, match=f"found after the commit: {told}") as caught:
                execute(local, ONE, hash_)
        assert "nothing was done" not in str(caught.value)
        assert small.rows("logboek") == [(1,), (2,)]
        assert execute(local, ONE, hash_).rows == {}  # the next night goes on


def test_a_link_that_names_what_went_is_seen_where_nothing_acts_by_itself(
    small: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.run("create table traject_oud (id integer primary key, traject_id integer)")
    footprint = FOOTPRINT | {"links": ["traject_oud.traject_id -> traject.id"]}
    after_commit(small, monkeypatch, "insert into traject_oud values (5, 1)")
    with open_system(small.system(footprint)) as local:
        hash_ = make_plan(local, ONE).hash
        with pytest.raises(CleaningError, match="found after the commit: 1 row referring, by traject_oud.traject_id"):
            execute(local, ONE, hash_)


def test_a_mark_that_is_gone_after_the_commit_is_red(small: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    after_commit(small, monkeypatch, "update root set status = 'actief'")
    with open_system(small.system(FOOTPRINT, policy="restrict", restrict={"root.status": "beperkt"})) as local:
        hash_ = make_plan(local, ONE).hash
        with pytest.raises(CleaningError, match="found after the commit: 1 row of root.status without the mark"):
            execute(local, ONE, hash_, keep=lambda kept: None)


def test_a_trigger_that_puts_itself_off_until_the_commit(on_postgresql: Base) -> None:
    base = on_postgresql
    base.run(
        f"create table persoon (id integer primary key, bsn varchar(20));\ninsert into persoon values (1, '{bsn(1)}');\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id));\n"
        "create table uitstel (id integer);\ninsert into root values (1, 1);\n"
        "create function terug() returns trigger language plpgsql as $$ begin insert into root values (1, null);"
        " return null; end $$;\n"
        "create constraint trigger terug after insert on uitstel deferrable initially deferred"
        " for each row execute function terug();\n"
        "create function later() returns trigger language plpgsql as $$ begin set constraints terug deferred;"
        " insert into uitstel values (1); return null; end $$;\n"
        "create trigger later after delete on root for each row execute function later()"
    )
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
    with open_system(base.system(footprint)) as local:
        hash_ = make_plan(local, ONE).hash
        told = "would still be in root|found after the commit: 1 erased row in root"
        with pytest.raises(CleaningError, match=told):
            execute(local, ONE, hash_)


@WRITES_TO_ITS_OWN
def test_others_that_a_trigger_swaps_under_restrict(small: Base) -> None:
    small.trigger("mee", "after update", "root", "update root set status = 'mee' where id = 2 and status <> 'mee'")
    refused(small, "other people's rows would change in root", policy="restrict", restrict={"root.status": "beperkt"})


@pytest.mark.parametrize("policy", ["erase", "restrict"])
@pytest.mark.parametrize("empty", ["postgresql", "mariadb"], indirect=True)  # hervat lets no key of SQLite act
def test_rows_that_follow_an_update_stop_the_plan(empty: Base, policy: str) -> None:
    empty.run(
        f"create table persoon (id integer primary key, bsn varchar(20));\ninsert into persoon values (1, '{bsn(1)}');\n"
        "create table root (id integer primary key, persoon_id integer references persoon (id),"
        " status varchar(20) unique);\ninsert into root values (1, 1, 'a'), (2, null, 'b');\n"
        "create table factuur (id integer primary key, root_id integer unique references root (id));\n"
        "insert into factuur values (1, 1), (2, 2);\n"
        "create table regel (id integer primary key, root_id integer, status varchar(20),"
        " foreign key (root_id) references factuur (root_id) on update cascade,"
        " foreign key (status) references root (status) on update cascade);\n"
        "insert into regel values (1, 1, 'a'), (2, 2, 'b')"
    )
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root", "keep": ["factuur", "regel"]}
    options: dict[str, Any] = {"policy": policy} | ({"restrict": {"root.status": "x"}} if policy == "restrict" else {})
    before = empty.everything()
    with open_system(empty.system(footprint, **options)) as local:
        plan = make_plan(local, ONE)
        assert any("of regel would change with it" in one for one in plan.blockers)
        with pytest.raises(CleaningError, match="ON UPDATE CASCADE"):
            execute(local, ONE, plan.hash, keep=lambda kept: None)
    assert empty.everything() == before


def test_a_row_that_stays_changes_in_nothing_but_its_key(small: Base) -> None:
    small.run("alter table factuur add column tekst varchar(20)")
    kind = "stored" if "postgresql" in small.url else "virtual"
    small.run(f"alter table factuur add column helft integer generated always as (traject_id * 2) {kind}")
    small.trigger("spoor", "after delete", "les", "insert into logboek values (old.id)")
    with open_system(small.system(FOOTPRINT)) as local:
        hash_ = make_plan(local, ONE).hash
        assert execute(local, ONE, hash_, rehearse=True).nulled == {"factuur.traject_id": 1}
    small.trigger("mee", "after delete", "root", "update factuur set tekst = 'weg' where id = 1")
    refused(small, "more would change than factuur.traject_id; nothing was done")
