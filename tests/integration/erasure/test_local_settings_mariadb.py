"""What a MariaDB server is set to changes nothing that hervat sees or does; what can't be set is refused by name."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url, text

from hervat.databases.connecting import engine_on
from hervat.databases.errors import SettingError
from hervat.databases.mariadb.connection import SETTINGS
from hervat.databases.query import read_rows, try_query
from hervat.delivery.records.source import SourceError
from hervat.erasure import open_system
from tests.support import settings_world as world
from tests.support.dossiers import Base
from tests.support.mariadb import MariaServer
from tests.support.worst_settings import ON_MARIADB, set_to


@pytest.fixture
def base(mariadb_server: MariaServer) -> Base:
    mariadb_server.learn_dutch_time()
    made = Base(mariadb_server.create())
    world.make(made)
    return made


def test_with_the_worst_of_settings_the_same_is_seen_and_goes(base: Base, mariadb_server: MariaServer) -> None:
    seen = world.look(base.url)
    assert (seen.roots, seen.left, len(seen.disclosed), len(seen.records)) == (30, 2, 30, 30)
    assert {str(day) for _, day in seen.disclosed} == {"2022-01-01", "2022-07-01"}
    with set_to(mariadb_server, ON_MARIADB):
        assert world.look(base.url) == seen
        done = world.clean(base.url)
    assert (done.rows, done.cleaned, done.verification.left) == ({"inburgeraar": 2, "traject": 2}, ("a", "b"), 0)
    assert len(base.rows("inburgeraar")) == 28


def test_each_setting_is_hervats_own() -> None:
    """Those not among SETTINGS are set in other words: by the driver, the kind of transaction, or as waits and zone."""
    assert set(ON_MARIADB) - set(SETTINGS) == {
        "time_zone",
        "autocommit",
        "tx_isolation",
        "max_statement_time",
        "lock_wait_timeout",
    }


def test_rows_of_the_past_are_not_taken_for_those_of_today(base: Base, mariadb_server: MariaServer) -> None:
    base.run("create table versies (bsn char(9)) with system versioning;\ninsert into versies values ('111111110')")
    with set_to(mariadb_server, {"system_versioning_asof": "'2020-01-01'"}):
        found = [row for part in read_rows(world.system(base.url), "select bsn from versies", ["bsn"]) for row in part]
    assert found == [("111111110",)]


def test_an_account_that_may_not_write_is_refused_by_name(base: Base, mariadb_server: MariaServer) -> None:
    with set_to(mariadb_server, {"tx_read_only": 1}):
        with pytest.raises(SettingError, match="system proef: tx_read_only is 1.*SET GLOBAL tx_read_only = 0"):
            open_system(world.system(base.url))
        assert len(world.records(world.system(base.url))) == world.PERSONS


def test_what_is_erased_reaches_the_replicas(base: Base, mariadb_server: MariaServer) -> None:
    name = base.url.rsplit("/", 1)[1]
    url = mariadb_server.account(name, "hervat_log", f"all privileges on {name}.*", "binlog admin on *.*")
    asked = text("select @@session.sql_log_bin")
    with (
        set_to(mariadb_server, {"init_connect": "'set sql_log_bin = 0'"}),
        engine_on("proef", make_url(url)).connect() as connection,
    ):
        assert connection.scalar(asked) == 1


def test_moments_without_a_zone_are_refused(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brussels has the same time, and this server was never told of it."""
    monkeypatch.setattr("hervat.databases.mariadb.zones._DUTCH", ZoneInfo("Europe/Brussels"))
    one = world.system(base.url)
    with pytest.raises(SettingError, match=r"inburgeraar\.sinds holds moments.*mariadb-tzinfo-to-sql"):
        open_system(one)
    for query in (
        world.DISCLOSED,
        "select * from verstrekking",
        "select bsn, date(verstrekt_op) as d from verstrekking",
    ):
        with pytest.raises(SettingError, match="system proef: .*verstrekt_op holds moments"):
            try_query(one, query, ["bsn"])
    with pytest.raises((SourceError, SettingError), match="sinds holds moments"):
        world.records(one)
    try_query(one, "select bsn, now() as toen from persoon", ["bsn"])
