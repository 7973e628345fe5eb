"""Within a night a session of PostgreSQL that was closed serves the next look, as good as new; what wrote does not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from hervat.databases import connections_kept, database_of, engine_on
from tests.support.postgres import Cluster

PID = text("select pg_backend_pid()")


@pytest.fixture
def night() -> Iterator[None]:
    with connections_kept():
        yield


def engine(url: str, *, reading: bool = False) -> Engine:
    return engine_on("s", make_url(url), reading=reading, pool_size=1)


def closed(made: Engine, *statements: str) -> int:
    """Return the number of a session that executed these statements and was closed."""
    with made.connect() as connection:
        number = _execute(connection, *statements)
        connection.commit()
    made.dispose()
    return number


def _execute(connection: Connection, *statements: str) -> int:
    for statement in statements:
        connection.exec_driver_sql(statement)
    return connection.scalar(PID) or 0


@pytest.mark.usefixtures("night")
def test_a_kept_session_is_as_good_as_new(postgres_url: str) -> None:
    first = closed(
        engine(postgres_url),
        "create temporary table remains (a int)",
        "set search_path to nowhere",
        "set row_security to on",
        "set application_name to 'other'",
        "select pg_advisory_lock(7)",
        "prepare mine as select 1",
    )
    with engine(postgres_url).connect() as connection:
        assert connection.scalar(PID) == first
        assert connection.scalar(text("select to_regclass('remains')")) is None
        settings = ["search_path", "row_security", "application_name", "TimeZone", "transaction_read_only"]
        values = [connection.scalar(text(f"show {name}")) for name in settings]
        assert values == ['"$user", public', "off", "hervat", "Europe/Amsterdam", "off"]
        assert connection.scalar(text("select count(*) from pg_locks where locktype = 'advisory'")) == 0


@pytest.mark.usefixtures("night")
def test_how_it_read_does_not_pass_on(postgres_url: str) -> None:
    first = closed(engine(postgres_url, reading=True), "select 1")
    assert closed(engine(postgres_url), "create table t (a int)") == first
    with engine(postgres_url, reading=True).connect() as connection:
        shown = [connection.scalar(text(f"show transaction_{name}")) for name in ("isolation", "read_only")]
        assert shown == ["repeatable read", "on"]


@pytest.mark.usefixtures("night")
def test_what_wrote_or_took_the_lock_or_failed_ends(postgres_url: str) -> None:
    made = engine(postgres_url)
    kind = database_of(made)
    with made.connect() as connection:
        kind.begin_writing(connection)
        wrote = connection.scalar(PID)
    with engine(postgres_url).connect() as connection:
        assert connection.scalar(PID) != wrote
        assert kind.try_lock(connection)
        locked = connection.scalar(PID)
    made.dispose()
    with engine(postgres_url).connect() as connection:
        assert connection.scalar(PID) not in (wrote, locked)


@pytest.mark.usefixtures("night")
def test_a_session_that_was_cut_off_is_another(postgres_url: str, postgres_cluster: Cluster) -> None:
    first = closed(engine(postgres_url))
    postgres_cluster.sql(postgres_url, f"select pg_terminate_backend({first}, 5000)")
    assert closed(engine(postgres_url)) not in (0, first)


def test_after_the_night_nothing_is_open(postgres_url: str, postgres_cluster: Cluster) -> None:
    with connections_kept():
        with connections_kept():
            first = closed(engine(postgres_url))
        assert closed(engine(postgres_url)) == first
    assert closed(engine(postgres_url)) != first
    with engine(postgres_url).connect() as connection:
        others = text("select count(*) from pg_stat_activity where datname = current_database() and pid = :pid")
        for _ in range(50):
            if not connection.scalar(others, {"pid": first}):
                break
            connection.exec_driver_sql("select pg_sleep(0.1)")
        assert connection.scalar(others, {"pid": first}) == 0
