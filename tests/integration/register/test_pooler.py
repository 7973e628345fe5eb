"""Behind a real pgbouncer: with a session for each connection locks hold, with shared sessions they are refused."""

import time
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, make_url, text

from hervat.databases import engine_on
from hervat.databases.postgresql.database import Postgresql
from hervat.doctor import examine
from hervat.erasure.errors import LockedError
from hervat.erasure.execution.lock import locked
from hervat.register import Busy, Register, RegisterError, keys_alone, keys_in_use, municipality_lock
from hervat.settings import read_settings
from tests.support.pgbouncer import pgbouncer
from tests.support.town import Town


@pytest.mark.parametrize("more", [[], ["server_round_robin = 1", "min_pool_size = 3"], ["default_pool_size = 1"]])
def test_locks_of_shared_sessions_are_refused_and_none_is_left(postgres_url, more):
    with pgbouncer(postgres_url, "pool_mode = transaction", *more) as url:
        register = Register(url)
        for lock in (lambda: municipality_lock(register, "0000"), lambda: keys_alone(register)):
            with pytest.raises(RegisterError, match="pool_mode = session"), lock():
                pass
        with pytest.raises(RegisterError, match="pool_mode = transaction"):
            keys_in_use(register)
        register.close()
        with (
            pytest.raises(LockedError, match="system proef: it can't be locked: .*pool_mode = session"),
            locked(system(url)),
        ):
            pass
        assert held(postgres_url) == 0


def test_the_doctor_names_a_pooler_before_the_night(tmp_path, postgres_url):
    with pgbouncer(postgres_url, "pool_mode = transaction") as url:
        place = Town(tmp_path / "town", register=url, local=url).directory
        failing = examine(read_settings(place), print).failing
    for what in ("register: the register", "0000 system inburgering: it"):
        assert any(text.startswith(f"{what} can't be locked: a pooler") for text in failing), failing


def test_with_a_session_for_each_connection_they_hold(postgres_url):
    with pgbouncer(postgres_url, "pool_mode = session") as url:
        register, other = Register(url), Register(url)
        with municipality_lock(register, "0000"), pytest.raises(Busy), municipality_lock(other, "0000"):
            pass
        in_use = keys_in_use(register)
        with pytest.raises(Busy), keys_alone(other):
            pass
        del in_use
        until_free(postgres_url)
        with keys_alone(other):
            pass
        until_free(postgres_url)
        with locked(system(url)):
            assert held(postgres_url) == 1
        for one in (register, other):
            one.close()


def system(url):
    return SimpleNamespace(name="proef", engine=engine_on("proef", make_url(url)), database=Postgresql())


def until_free(url):
    """Wait until the pooler has ended the session that its client left."""
    end = time.monotonic() + 60
    while held(url):
        assert time.monotonic() < end, "a lock stayed behind"
        time.sleep(0.05)


def held(url):
    with create_engine(url).connect() as connection:
        return connection.scalar(text(
            "select count(*) from pg_locks where locktype = 'advisory' and database ="
            " (select oid from pg_database where datname = current_database())"
        ))  # fmt: skip
