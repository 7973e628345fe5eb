"""A long table that held nothing has its keys made when all rows are in; nobody else ever sees it without them."""

import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl
import pytest
from sqlalchemy import create_engine, func, select, text

from hervat.errors import HervatError
from hervat.register import Register, bulk
from hervat.register.bulk import Bulk, take_off
from hervat.register.models import Identifier, Person, SignalRow

KEYS = text("select indexdef from pg_indexes where tablename in ('signal', 'identifier', 'person') order by indexdef")


@pytest.fixture
def register(postgres_url, monkeypatch):
    monkeypatch.setattr(bulk, "_MANY", 2)
    register = Register(postgres_url)
    register.migrate()
    yield register
    register.close()


def signals(*persons, first=1):
    day = date(2022, 3, 1)
    return pl.DataFrame(
        {
            "id": range(first, first + len(persons)), "municipality": "0000", "person_id": persons, "code": "SS101",
            "date": day, "wet": "Wi2021", "gemeentecode": "0000", "first_seen": day, "last_seen": day,
            "may_be_ignored": False,
        }
    )  # fmt: skip


def keys(session):
    return session.scalars(KEYS).all()


def held(register):
    with register.session() as session:
        return keys(session), session.scalar(select(func.count()).select_from(SignalRow))


def test_the_keys_are_off_while_the_rows_go_in_and_the_same_afterwards(register):
    before, _ = held(register)
    with register.session() as session:
        with Bulk(session) as writer:
            writer.insert(SignalRow, signals(1, 2))
            writer.insert(SignalRow, signals(3, 4, first=3))
            writer.wait()
            assert not any("signal" in one for one in keys(session))
        assert keys(session) == before
    assert held(register) == (before, 4)


def test_whoever_reads_meanwhile_finds_the_keys_and_they_stay(register):
    before, _ = held(register)
    with register.session() as session, Bulk(session) as writer:
        writer.insert(SignalRow, signals(1, 2))
        assert keys(writer.session) == before
        writer.insert(SignalRow, signals(3, 4, first=3))
        writer.wait()
        assert keys(session) == before
    assert held(register) == (before, 4)


@pytest.mark.parametrize("kind", [SignalRow, Identifier])
def test_what_is_taken_off_is_what_is_made_again(register, kind):
    before, _ = held(register)
    with register.session() as session:
        for making in take_off(session.connection(), kind.__table__):
            assert keys(session) != before
            session.execute(text(making))
        assert keys(session) == before


def test_keys_stay_where_there_are_rows_or_foreign_keys(register):
    before, _ = held(register)
    with register.session() as session, Bulk(session) as writer:
        writer.insert(SignalRow, signals(1))
    with register.session() as session:
        assert (
            take_off(session.connection(), SignalRow.__table__)
            == take_off(session.connection(), Person.__table__)
            == []
        )
        assert keys(session) == before


def test_keys_stay_while_another_uses_the_table_and_nobody_waits(register):
    before, _ = held(register)
    with register.session() as reader, register.session() as session:
        reader.execute(select(SignalRow)).all()
        with Bulk(session) as writer:
            writer.insert(SignalRow, signals(1, 2))
            writer.wait()
            assert keys(session) == before
    assert held(register) == (before, 2)


def test_keys_stay_where_the_table_belongs_to_another_role(register, postgres_url):
    before, _ = held(register)
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("drop role if exists hervat_writer"))
        connection.execute(text("create role hervat_writer"))
        connection.execute(text("grant select, insert on all tables in schema public to hervat_writer"))
    with register.session() as session:
        session.execute(text("set local role hervat_writer"))
        with Bulk(session) as writer:
            writer.insert(SignalRow, signals(1, 2))
            writer.wait()
            assert keys(session) == before
    assert held(register) == (before, 2)
    with engine.begin() as connection:
        connection.execute(text("drop owned by hervat_writer"))
        connection.execute(text("drop role hervat_writer"))
    engine.dispose()


def test_a_double_row_is_refused_when_the_keys_are_made_and_nothing_stays(register):
    before, _ = held(register)
    with pytest.raises(HervatError) as failed, register.session() as session, Bulk(session) as writer:
        writer.insert(SignalRow, signals(4711, 4711))
    assert "refused" in str(failed.value) and "4711" not in str(failed.value)
    assert held(register) == (before, 0)


FILLS = """
    import sys, time
    from hervat.register import Register, bulk
    from tests.integration.register.test_first_fill import SignalRow, keys, signals
    bulk._MANY = 2
    with Register(sys.argv[1]).session() as session, bulk.Bulk(session) as writer:
        writer.insert(SignalRow, signals(1, 2))
        writer.wait()
        print(any("signal" in one for one in keys(session)), flush=True)
        time.sleep(60)
"""


def test_a_process_that_dies_while_the_keys_are_off_leaves_the_table_as_it_was(register, postgres_url):
    before, _ = held(register)
    command = [sys.executable, "-c", textwrap.dedent(FILLS), postgres_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as filling:
        assert filling.stdout.readline() == "False\n"
        filling.send_signal(signal.SIGKILL)
    assert held(register) == (before, 0)


def test_two_that_fill_at_once_follow_each_other(register):
    before, _ = held(register)
    filled = threading.Event()

    def second():
        filled.wait()
        with register.session() as session, Bulk(session) as writer:
            writer.insert(SignalRow, signals(5, 6, first=5))

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(second)
        with register.session() as session, Bulk(session) as writer:
            writer.insert(SignalRow, signals(1, 2))
            writer.wait()
            filled.set()
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            writer.insert(SignalRow, signals(3, 4, first=3))
        waiting.result(timeout=30)
    assert held(register) == (before, 6)
