"""What is MariaDB's own: locks before the snapshot, keys that nobody enforces meanwhile, rights, engines, collations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from hervat.databases.errors import LocalSystemError
from hervat.erasure import CleaningError, LocalSystem, OldValue, check, execute, lift, make_plan, open_system
from hervat.erasure.errors import BlockedError, ConservationError
from hervat.erasure.statements.nulling import nullings
from hervat.settings import System
from tests.support.dossiers import FOOTPRINT, Base, bsn
from tests.support.mariadb import MariaServer

pytestmark = pytest.mark.parametrize("empty", ["mariadb"], indirect=True)
PERSONS = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
RESTRICT = {"policy": "restrict", "restrict": {"inburgeraar.status": "verwerking beperkt"}}
RIGHTS = "select, update, delete, create temporary tables, trigger"


def as_account(base: Base, server: MariaServer, user: str, *grants: str, **options: Any) -> System:
    name = base.url.rsplit("/", 1)[1]
    url = server.account(name, f"{user}_{name}", *(grant.format(name) for grant in grants))
    return System.model_validate({"name": "proef", "database": url, "footprint": FOOTPRINT, **options})


@contextmanager
def once(engine: Engine, begins: str, do: Callable[[], object]) -> Iterator[list[object]]:
    """Do something, once, before the first statement that begins so; what it gave is in the list."""
    done: list[object] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not done and " ".join(statement.split()).startswith(begins):
            done.append(None)
            done[0] = do()

    event.listen(engine, "before_cursor_execute", look)
    yield done
    event.remove(engine, "before_cursor_execute", look)


def change(base: Base, statement: str) -> bool:
    """Execute a statement as the vendor's application would. Return False when it had to wait."""
    try:
        with base.engine.begin() as connection:
            connection.execute(text("set session innodb_lock_wait_timeout = 1"))
            connection.execute(text(statement))
    except OperationalError:
        return False
    return True


def cleaned(local: LocalSystem) -> Any:
    return execute(local, PERSONS, make_plan(local, PERSONS).hash)


def test_a_plan_holds_nobody_up_and_waits_for_nobody(base: Base) -> None:
    with base.engine.connect() as vendor, open_system(base.system(lock_timeout=1)) as local:
        vendor.execute(text("update inburgeraar set status = 'bezig' where id = 1"))
        mine = "update inburgeraar set status = 'open' where id = 2"
        with once(local.engine, "SELECT count(*)", lambda: change(base, mine)) as done:
            assert make_plan(local, PERSONS).found == ("a", "b")
        assert done == [True]


def test_what_an_execution_looked_at_stays_as_it_is_until_the_end(base: Base) -> None:
    mine = "update inburgeraar set wet = 'Wi2013' where id = 2"
    with (
        open_system(base.system()) as local,
        once(local.engine, "DELETE", lambda: change(base, mine)) as done,
    ):
        assert cleaned(local).cleaned == ("a", "b")
    assert done == [False]


def test_a_lock_that_the_vendor_holds_is_named_and_nothing_is_done(base: Base) -> None:
    before = base.everything()
    with base.engine.connect() as vendor, open_system(base.system(lock_timeout=1)) as local:
        vendor.execute(text("update termijn set einde = '2026-01-01' where id = 1"))
        with pytest.raises(CleaningError, match="error 1205"):
            cleaned(local)
    assert base.everything() == before


def test_a_statement_that_lasts_too_long_is_ended(base: Base) -> None:
    long = text("select sleep(5), a.seq from seq_1_to_100 a")
    with (
        open_system(base.system(statement_timeout=1)) as local,
        local.engine.connect() as connection,
        pytest.raises(OperationalError, match="max_statement_time"),
    ):
        connection.execute(long).all()


@pytest.mark.parametrize("begins", ["CREATE OR REPLACE TEMPORARY TABLE", "INSERT INTO hervat_r0"])
def test_the_value_that_is_kept_is_the_one_that_was_overwritten(base: Base, begins: str) -> None:
    kept = list[OldValue]()
    marks = {"inburgeraar.status": "verwerking beperkt", "termijn.einde": "2000-01-01"}
    with open_system(base.system(policy="restrict", restrict=marks)) as local:
        hash_ = make_plan(local, PERSONS).hash
        late = "update termijn set einde = '2026-06-06' where id = 1"
        with once(local.engine, begins, lambda: change(base, late)) as done:
            execute(local, PERSONS, hash_, keep=kept.extend)
        assert done == [True]
        assert sorted(one.old for one in kept if one.table == "termijn") == ["2025-01-01", "2026-06-06"]
        assert lift(local, kept).back == 4


def test_a_row_that_came_meanwhile_is_not_swept_away_by_a_cascade(base: Base) -> None:
    base.run("create table los (id integer primary key, termijn_id integer references termijn (id) on delete cascade)")
    before = base.everything()
    footprint = {**base.system().footprint.model_dump(exclude_none=True), "keep": ["factuur", "los"]}
    with open_system(base.system(footprint)) as local:
        hash_ = make_plan(local, PERSONS).hash
        come = "insert into los values (1, 1)"
        with (
            once(local.engine, "INSERT INTO hervat_s", lambda: change(base, come)) as done,
            pytest.raises(ConservationError, match="1 rows of los came to point"),
        ):
            execute(local, PERSONS, hash_)
        assert done == [True]
    assert base.everything() == before | {"los": [(1, 1)]}


def test_keys_are_enforced_again_after_a_circle(base: Base) -> None:
    base.add("traject", (11, 101, 1), (12, 101, 11), (13, 103, 12))
    seen: list[int] = []
    with open_system(base.system()) as local:
        event.listen(
            local.engine,
            "commit",
            lambda connection: seen.append(connection.scalar(text("select @@foreign_key_checks"))),
        )
        assert cleaned(local).rows["traject"] == 4
    assert set(seen) == {1}


def test_a_table_that_can_not_be_rolled_back_is_refused_by_name(base: Base) -> None:
    base.run("alter table taalles engine=MyISAM")
    before = base.everything()
    footprint = {**FOOTPRINT, "links": ["taalles.uren -> traject.id"]}
    with open_system(base.system(footprint)) as local:
        assert any("taalles: its engine is MyISAM" in one for one in check(local))
        plan = make_plan(local, PERSONS)
        assert len(plan.blockers) == 1
        with pytest.raises(BlockedError, match="taalles: its engine is MyISAM"):
            execute(local, PERSONS, plan.hash)
    assert base.everything() == before
    with open_system(base.system(footprint, **RESTRICT)) as local:  # it is not written to
        assert make_plan(local, PERSONS).blockers == ()


def test_the_rights_that_the_manual_names_are_enough(base: Base, mariadb_server: MariaServer) -> None:
    with open_system(base.system()) as local:
        nulled = [one for one in nullings(local.shape, local.schema) if one.columns]
        grants = [f"delete on {{}}.`{name}`" for name in local.shape.tables]
    grants += [f"update ({', '.join(one.columns)}) on {{}}.`{one.table}`" for one in nulled]
    least = "select, create temporary tables, trigger on {}.*"
    with open_system(as_account(base, mariadb_server, "wisser", least, *grants)) as local:
        assert check(local) == []
        assert cleaned(local).cleaned == ("a", "b")


def test_an_update_of_one_column_is_enough_where_no_more_is_needed(base: Base, mariadb_server: MariaServer) -> None:
    grants = ("select, create temporary tables, trigger on {}.*", "update (status) on {}.inburgeraar")
    with open_system(as_account(base, mariadb_server, "merker", *grants, **RESTRICT)) as local:
        assert check(local) == []
        assert execute(local, PERSONS, make_plan(local, PERSONS).hash, keep=list[OldValue]().extend).marked


def test_an_account_that_may_only_read_can_plan_and_is_told_what_it_lacks(
    base: Base, mariadb_server: MariaServer
) -> None:
    before = base.everything()
    with open_system(as_account(base, mariadb_server, "lezer", "select, create temporary tables on {}.*")) as local:
        plan = make_plan(local, PERSONS)
        assert plan.found == ("a", "b")
        told = check(local)
        assert "no right to DELETE on termijn" in told
        assert "no right to UPDATE on factuur" in told
        assert any("(TRIGGER)" in one for one in told)
        assert not any("SELECT" in one for one in told)
        with pytest.raises(CleaningError, match="error 1142"):
            execute(local, PERSONS, plan.hash)
    assert base.everything() == before


def test_no_right_to_temporary_tables_is_told(base: Base, mariadb_server: MariaServer) -> None:
    with open_system(as_account(base, mariadb_server, "kaal", "select on {}.*")) as local:
        assert any("CREATE TEMPORARY TABLES" in one for one in check(local))


def test_a_table_that_the_account_may_not_see_stops_an_execution(base: Base, mariadb_server: MariaServer) -> None:
    name = base.url.rsplit("/", 1)[1]
    seen = [table for table in base.everything() if table != "factuur"]
    grants = [f"select, update, delete, trigger on {{}}.`{table}`" for table in seen]
    footprint = {**FOOTPRINT, "keep": []}
    system = as_account(base, mariadb_server, "blind", "create temporary tables on {}.*", *grants)
    before = base.everything()
    with open_system(system.model_copy(update={"footprint": base.system(footprint).footprint})) as local:
        assert any("SELECT on all tables" in one for one in check(local)), name
        with pytest.raises(LocalSystemError, match="SELECT on all tables"):
            cleaned(local)
    assert base.everything() == before


def test_a_read_only_copy_is_told(base: Base, mariadb_server: MariaServer) -> None:
    with open_system(base.system()) as local:
        mariadb_server.sql("set global read_only = 1")
        try:
            assert "this server is a read-only copy" in check(local)
        finally:
            mariadb_server.sql("set global read_only = 0")
        assert check(local) == []


def test_a_key_of_another_database_that_cascades_stops_the_plan(base: Base, mariadb_server: MariaServer) -> None:
    name = base.url.rsplit("/", 1)[1]
    mariadb_server.sql(
        f"create database andere_{name}",
        f"create table andere_{name}.stuk (id int primary key, termijn_id int,"
        f" foreign key (termijn_id) references {name}.termijn (id) on delete cascade)",
    )
    system = as_account(base, mariadb_server, "ver", f"{RIGHTS} on {{}}.*", "insert on andere_{}.*")
    with open_system(system) as local:
        assert [f"andere_{name}.stuk" in one for one in make_plan(local, PERSONS).blockers] == [True]


def test_texts_of_different_collations_meet(empty: Base) -> None:
    empty.run(
        "create table persoon (id varchar(8) primary key, bsn varchar(20)) collate utf8mb4_unicode_ci;\n"
        "create table root (id varchar(300) primary key, klant varchar(20)) collate utf8mb4_general_ci;\n"
        "create table kind (id varchar(20) collate utf8mb4_bin primary key, root_nr varchar(300)) charset latin1"
    )
    empty.add("persoon", ("p1", f" {bsn(1)}"), ("P2", bsn(2)))
    empty.add("root", ("r1", f" {bsn(1)}"), ("r2", bsn(2)))
    empty.add("kind", ("k1", "r1"), ("K1", "r2"), ("k2", "r1"), ("k3", None))
    footprint = {
        "person": {"table": "persoon", "bsn": "bsn"},
        "root": "root",
        "links": ["root.klant -> persoon.bsn", "kind.root_nr -> root.id"],
    }
    with open_system(empty.system(footprint)) as local:
        one = {"a": frozenset([bsn(1)])}
        assert execute(local, one, make_plan(local, one).hash).rows == {"root": 1, "kind": 2}
    assert empty.rows("kind") == [("K1", "r2"), ("k3", None)]


VALUES = [
    ("datetime(6)", "'2022-01-10 10:11:12.123456'", "2000-01-01T00:00:00"),
    ("timestamp(3) null", "'2022-10-30 02:30:00.125'", "2000-01-01T00:00:00"),
    ("decimal(20,4)", "1234567890123456.7891", 0),
    ("bigint", "9007199254740993", 0),
    ("enum('actief', 'beperkt')", "'actief'", "beperkt"),
    ("text", "'een ''regel'' met % en \\\\ en é'", "beperkt"),
    ("double", "0.1", 0),
    ("date", "null", "2000-01-01"),
]


@pytest.mark.parametrize(("kind", "value", "mark"), VALUES, ids=[kind for kind, _, _ in VALUES])
def test_a_value_comes_back_as_it_was(empty: Base, kind: str, value: str, mark: Any) -> None:
    empty.run(
        "create table persoon (id integer primary key, bsn char(9));\n"
        f"create table root (id varbinary(4) primary key, persoon_id integer references persoon (id), wat {kind})"
    )
    empty.add("persoon", (1, bsn(1)))
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("insert into root values (x'00ff', 1, " + value.replace("%", "%%") + ")")
    before, kept = empty.rows("root"), list[OldValue]()
    one = {"a": frozenset([bsn(1)])}
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root"}
    with open_system(empty.system(footprint, policy="restrict", restrict={"root.wat": mark})) as local:
        execute(local, one, make_plan(local, one).hash, keep=kept.extend)
        assert empty.rows("root") != before
        assert lift(local, kept).back == 1
    assert empty.rows("root") == before


def test_erasing_looks_through_no_table(base: Base) -> None:
    """In the form for one table this server would ask the subquery for every row, and keep them all locked."""
    with base.engine.begin() as connection:
        connection.execute(text("insert into termijn select seq, 107, null from seq_1000_to_21000"))
    found: dict[str, list[str]] = {}
    with open_system(base.system()) as local:

        def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if statement.startswith(("DELETE", "UPDATE factuur")):
                other = connection.connection.cursor()
                other.execute(f"explain {statement}", parameters)
                found[statement.split(" USING ", maxsplit=1)[0]] = [
                    row[2] for row in other.fetchall() if row[3] in ("ALL", "index")
                ]
                other.close()

        event.listen(local.engine, "before_cursor_execute", explain)
        assert cleaned(local).rows["termijn"] == 2
    assert "DELETE FROM termijn" in found
    assert not {table for tables in found.values() for table in tables if table == "termijn"}
