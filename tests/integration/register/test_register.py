"""The register on SQLite and PostgreSQL alike: migrations, the lock that dies with its holder, the journal's chain."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing, nullcontext
from datetime import UTC, date, datetime
from itertools import count
from time import monotonic

import polars as pl
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, func, select, text, update

from hervat import journal
from hervat.attribution import named
from hervat.errors import HervatError
from hervat.intake import incident_records
from hervat.intake.signals import sightings_of
from hervat.register import Busy, Register, binary, municipality_lock
from hervat.register import bulk as bulk_module
from hervat.register.bulk import Bulk
from hervat.register.models import (
    Approval,
    Base,
    Decision,
    Delivery,
    Incident,
    JournalLine,
    Personalia,
    SignalRow,
    Told,
    ValidationResult,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/register.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def register(url):
    register = Register(url)
    register.migrate()
    yield register
    register.close()


def test_a_database_without_an_encoding_keeps_texts(postgres_cluster, postgres_url):
    """SQL_ASCII, as an old cluster without a locale has it: psycopg gives bytes there unless it is told."""
    base, name = postgres_url.rpartition("/")[::2]
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}_ascii encoding 'SQL_ASCII' locale 'C' template template0"))
    engine.dispose()
    register = Register(f"{base}/{name}_ascii")
    register.migrate()
    with register.session() as session:
        journal.record(session, "0000", named("J. Poincaré"), "tried", "file 1", "done", "test")
    with register.session() as session:
        assert session.scalars(select(JournalLine.actor)).one() == "J. Poincaré"
        assert journal.verify(session, "0000") == []
    register.close()
    postgres_cluster.drop(f"{base}/{name}_ascii")


def test_a_current_register_is_not_migrated_again(register, monkeypatch):
    def refused(*_):
        raise AssertionError("Alembic was asked")

    monkeypatch.setattr(command, "upgrade", refused)
    register.migrate()
    with register.session() as session:
        session.execute(text("delete from alembic_version"))
    with pytest.raises(AssertionError):
        register.migrate()


def test_migrations_make_what_the_models_say(register):
    register.migrate()
    with register.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_killed_while_its_tables_are_made_the_next_run_makes_them(tmp_path):
    for last in (1, 30, 90, 150, 210, 250):
        url = f"sqlite:///{tmp_path}/{last}.db"
        if not (child := os.fork()):
            _killed_after(last, Register(url))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, last
        again = Register(url)
        again.migrate()
        with again.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == [], last
        again.close()


def _killed_after(last, register):
    counted = count(1)

    @event.listens_for(register.engine, "after_cursor_execute")
    def after(*_):
        if next(counted) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        register.migrate()
    finally:
        os._exit(0)


def test_an_older_register_keeps_its_approvals(url, monkeypatch):
    register, upgrade = Register(url), command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _head: upgrade(config, "0001"))
    register.migrate()
    with register.session() as session:
        session.execute(text(
            "insert into cleaning_plan (municipality, system, hash, occasion, policy, content, made_on, status)"
            " values ('0000', 's', 'h', 0, 'erase', '{}', '2022-03-01', 'waiting')"
        ))  # fmt: skip
        session.execute(text(
            "insert into approval (municipality, plan_id, \"by\", account, day, at)"
            " values ('0000', 1, 'A. Jansen', 'hervat', '2022-03-01', '2022-03-01 01:30:00')"
        ))  # fmt: skip
    monkeypatch.undo()
    register.migrate()
    with register.session() as session:
        (kept,) = session.scalars(select(Approval))
    register.close()
    assert (kept.by, kept.signature, kept.fingerprint) == ("A. Jansen", None, None)


def older(url, monkeypatch, version):
    """Return a register of that version with one download, and what brings it up to date."""
    register, upgrade = Register(url), command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _head: upgrade(config, version))
    register.migrate()
    with register.session() as session:
        counts = {f"rows_{name}": 0 for name in ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")}
        own = {"municipality": "0000", "source": "s", "name": "n", "digest": "d", "size": 1, "object_id": "o", "status": "loaded",
               "made_at": "2022-03-01 00:00:00", "made_on": "2022-03-01", "secured_at": "2022-03-01 00:00:00",
               "secured_on": "2022-03-02"} | counts  # fmt: skip
        _add(session, "download", own)
    monkeypatch.undo()
    return register


def _add(session, table, values):
    places = ", ".join(f":{name}" for name in values)
    names = ", ".join(f'"{name}"' for name in values)
    session.execute(text(f"insert into {table} ({names}) values ({places})"), values)


def test_an_older_register_keeps_its_results(url, monkeypatch):
    register = older(url, monkeypatch, "0003")
    told = {"suite": "rows", "expectation": "X", "reason": "bsn_wrong", "severity": "row", "element_count": 9,
            "unexpected_count": 2, "success": False}  # fmt: skip
    with register.session() as session:
        _add(session, "validation_result", {"municipality": "0000", "download_id": 1, "result": json.dumps(told)})
    register.migrate()
    with register.session() as session:
        (kept,) = session.scalars(select(ValidationResult))
    register.close()
    assert (kept.download_id, str(kept.day)) == (1, "2022-03-02")
    assert {name: getattr(kept, name) for name in told} == told


def test_of_a_delivery_of_an_older_register_nobody_knows_whom_it_held(url, monkeypatch):
    register = older(url, monkeypatch, "0008")
    told = {"municipality": "0000", "quarter": "2022Q1", "records": 3, "digest": "d", "gate": "{}", "receipt": "CBS-1",
            "written_on": "2022-04-01", "at": "2022-04-01 01:30:00"}  # fmt: skip
    with register.session() as session:
        _add(session, "delivery", told)
    register.migrate()
    with register.session() as session:
        (kept,) = session.scalars(select(Delivery))
    register.close()
    assert (kept.remembers, kept.records, kept.receipt) == (False, 3, "CBS-1")


def test_an_older_register_keeps_its_incidents_and_decisions_and_what_was_told(url, monkeypatch):
    register = older(url, monkeypatch, "0008")
    own, at, day = {"municipality": "0000"}, "2022-03-01 01:30:00", "2022-03-01"
    with register.session() as session:
        _add(session, "person", own)
        _add(
            session,
            "incident",
            own | {"kind": "foreign_rows", "download_id": 1, "count": 2, "opened_on": day, "status": "open"},
        )
        _add(session, "foreign_row", {"download_id": 1, "row": 2, "row_hash": "h"})
        _add(
            session,
            "decision",
            own | {"person_id": 1, "law": "Wi2021", "date": day, "by": "A", "reason": "b", "recorded_at": at},
        )
        notice = {"audience": "party", "party": "school", "number": "n", "kind": "resume", "day": day, "persons": 1, "unnamed": 0,
                  "file_name": "f", "payload": b"x", "status": "sent", "attempts": 1, "at": at}  # fmt: skip
        _add(session, "notice", own | notice)
        _add(session, "told", {"notice_id": 1, "key": "k", "told": "resume"})
    register.migrate()
    with register.session() as session:
        (incident,), (decision,) = session.scalars(select(Incident)), session.scalars(select(Decision))
        (told,) = session.scalars(select(Told))
        (record,) = incident_records(session, "0000")
    register.close()
    assert (record.discovered_at, record.downloads, record.risk) == (datetime(2022, 3, 1, tzinfo=UTC), [1], None)
    assert (record.what, record.persons, record.moments, record.missing) == ("", None, [], ["judgement"])
    assert (incident.kind, incident.download_id, incident.count) == ("foreign_rows", 1, 2)
    assert (decision.law, decision.waits, decision.second_by) == ("Wi2021", False, None)
    assert (told.told, told.law) == ("resume", None)


def test_an_older_register_keeps_its_sightings_and_what_was_said_last_of_a_person(url, monkeypatch):
    register = older(url, monkeypatch, "0003")
    with register.session() as session:
        _add(session, "person", {"municipality": "0000"})
        for number, (day, said) in enumerate(
            [("2022-03-01", b"first"), ("2022-03-25", b"last"), ("2022-04-01", None)], 1
        ):
            signal = {"person_id": 1, "code": f"SS10{number}", "date": "2022-02-01", "wet": "Wi2021", "gemeentecode": "0000",
                      "first_seen": day, "last_seen": day, "may_be_ignored": False, "municipality": "0000", "details": said}  # fmt: skip
            _add(session, "signal", signal)
            _add(session, "sighting", {"download_id": 1, "row": number + 1, "signal_id": number, "loaded": number < 3})
    register.migrate()
    with register.session() as session:
        (kept,) = session.scalars(select(Personalia))
        assert sightings_of(session, 1).rows() == [(2, 1, True), (3, 2, True), (4, 3, False)]
        assert session.scalars(select(SignalRow.code).order_by(SignalRow.id)).all() == ["SS101", "SS102", "SS103"]
    register.close()
    assert (kept.sealed, str(kept.said_on)) == (b"last", "2022-03-25")


def test_many_rows_at_once_are_what_was_given(register):
    odd = ['a"b', "a,b", "a\\b", "\\N", "a\nb", "", None, "é"]
    day = date(2022, 3, 1)
    with register.session() as session, Bulk(session) as bulk:
        frame = pl.DataFrame({"doelgroep": odd}).with_columns(
            bulk.next_ids(SignalRow, len(odd)).alias("id"), pl.int_range(1, len(odd) + 1).alias("person_id"),
            pl.lit("SS101").alias("code"), pl.lit(day).alias("date"), pl.lit("Wi2021").alias("wet"), pl.lit("0000").alias("gemeentecode"),
            pl.lit(day).alias("first_seen"), pl.lit(day).alias("last_seen"), pl.lit(True).alias("may_be_ignored"),
            pl.lit("0000").alias("municipality"),
        )  # fmt: skip
        bulk.insert(SignalRow, frame)
        bulk.insert(
            Personalia, pl.DataFrame({"person_id": [1, 2], "sealed": [b'\x00,"\n\\', b""], "said_on": [day, day]})
        )
        assert bulk.session.scalar(select(func.count()).select_from(Personalia)) == 2
    with register.session() as session, Bulk(session) as bulk:
        rows = session.scalars(select(SignalRow).order_by(SignalRow.id)).all()
        assert [row.doelgroep for row in rows] == odd
        assert {(row.first_seen, row.may_be_ignored) for row in rows} == {(day, True)}
        assert [one.sealed for one in session.scalars(select(Personalia).order_by(Personalia.person_id))] == [
            b'\x00,"\n\\',
            b"",
        ]
        assert bulk.next_ids(SignalRow, 2).to_list() == [rows[-1].id + 1, rows[-1].id + 2]


def many(count: int) -> pl.DataFrame:
    """Signals with every kind of value that a column may hold, in all mixtures."""
    texts = ["Gezinshereniger", "", None, "é", 'a"b,c\n', "\\N", "0"]
    days = [date(1899, 12, 31), date(2000, 1, 1), None, date(2022, 3, 1), date(9999, 12, 31)]
    at = range(count)
    return pl.DataFrame(
        {
            "id": at, "municipality": "0000", "person_id": [2**31 - 1 - one for one in at], "code": "SS101",
            "date": [days[one % 2] for one in at], "wet": "Wi2021", "gemeentecode": ["0000", "0363"] * (count // 2),
            "doelgroep": [texts[one % len(texts)] for one in at], "kennisgeving": [days[one % len(days)] for one in at],
            "first_seen": days[3], "last_seen": days[4], "may_be_ignored": [one % 3 == 0 for one in at],
        },
    )  # fmt: skip


def test_the_binary_form_says_what_the_text_says(register, monkeypatch):
    said = []
    monkeypatch.setattr(bulk_module, "_MANY", 1)  # few rows are written as text
    for most in (64, 0):
        monkeypatch.setattr(binary, "_MOST_KINDS", most)
        with pytest.raises(ZeroDivisionError), register.session() as session, Bulk(session) as bulk:
            bulk.insert(SignalRow, many(210))
            columns = [SignalRow.__table__.c[name] for name in many(210).columns]
            rows = bulk.session.execute(select(*columns).order_by(SignalRow.id)).all()
            said.append([tuple(row) for row in rows])
            raise ZeroDivisionError  # nothing of it stays
    assert said[0] == said[1] == [tuple(row) for row in many(210).rows()]


@pytest.mark.parametrize("least", [1, 20_000])  # as numbers, as text
def test_a_number_that_does_not_fit_never_becomes_another(register, monkeypatch, least):
    monkeypatch.setattr(bulk_module, "_MANY", least)
    kept = nullcontext() if register.is_sqlite else pytest.raises(HervatError, match="refused")  # SQLite takes any
    with kept, register.session() as session, Bulk(session) as bulk:
        bulk.insert(SignalRow, many(2).with_columns(person_id=pl.lit(2**40)))
    with register.session() as session:
        assert set(session.scalars(select(SignalRow.person_id))) <= {2**40}


TWICE = pl.DataFrame({"person_id": [1, 1], "sealed": [b"secret", b"secret"], "said_on": [date(2022, 3, 1)] * 2})


def test_what_the_database_says_of_many_rows_is_not_repeated(register):
    with pytest.raises(HervatError) as failed, register.session() as session, Bulk(session) as bulk:
        bulk.insert(Personalia, TWICE)
    assert "refused" in str(failed.value) and "secret" not in str(failed.value)


def test_another_error_meanwhile_waits_for_the_rows_and_nothing_is_kept(register):
    with pytest.raises(ZeroDivisionError), register.session() as session, Bulk(session) as bulk:
        bulk.insert(Personalia, TWICE[:1])
        raise ZeroDivisionError
    with register.session() as session:
        assert session.scalar(select(func.count()).select_from(Personalia)) == 0


HOLDER = """
    import sys, time
    from hervat.register import Register, municipality_lock
    with municipality_lock(Register(sys.argv[1]), "0000"):
        print("held", flush=True)
        time.sleep(60)
"""


def test_the_lock_keeps_others_out_and_dies_with_its_holder(register, url):
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), url], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy, match="another run is at work for 0000"), municipality_lock(register, "0000"):
        pass
    with municipality_lock(register, "0363"):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    for _ in range(100):  # PostgreSQL notices a dead client within moments
        try:
            with municipality_lock(register, "0000"):
                return
        except Busy:
            import time

            time.sleep(0.1)
    pytest.fail("the lock outlived its holder")


def write(register, *things):
    with register.session() as session:
        for thing in things:
            journal.record(session, "0000", "someone", "loaded", thing, "ok", "test")


def wrong(register):
    with register.session() as session:
        return journal.verify(session, "0000")


def test_the_journal_notices_tampering(register):
    write(register, "download 1", "download 2", "download 3")
    assert wrong(register) == []
    with register.session() as session:
        session.execute(update(JournalLine).where(JournalLine.seq == 2).values(result="nothing"))
    assert wrong(register) == ["journal of 0000: line 2 was changed"]


def test_the_journal_notices_a_missing_line(register):
    write(register, "download 1", "download 2", "download 3")
    with register.session() as session:
        session.delete(session.get(JournalLine, (2, "0000")))
    assert wrong(register) == ["journal of 0000: a line is missing before line 3"]


def test_an_error_of_the_database_shows_no_value(register):
    from hervat.register import RegisterError
    from hervat.register.models import Person

    with pytest.raises(RegisterError) as caught, register.session() as session:
        session.add(Person(municipality="made up name that is far too long", id="made up"))
    assert "made up" not in str(caught.value) and caught.value.__suppress_context__


def test_an_unreachable_register_is_a_clear_error():
    from hervat.register import RegisterError

    with pytest.raises(RegisterError, match="can't be opened"):
        Register("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1").migrate()


def test_a_register_of_a_newer_hervat_says_so(tmp_path):
    from hervat.register import RegisterError

    url = f"sqlite:///{tmp_path}/register.db"
    Register(url).migrate()
    with closing(sqlite3.connect(tmp_path / "register.db")) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999_later'")
    with pytest.raises(RegisterError, match="a newer hervat made it"):
        Register(url).migrate()


def test_a_file_that_is_no_register_says_what_to_look_at(tmp_path):
    from hervat.register import RegisterError

    (tmp_path / "register.db").write_text("not a database at all")
    with pytest.raises(RegisterError, match=r"SQLITE_NOTADB\).*see that it is there, is a register"):
        Register(f"sqlite:///{tmp_path}/register.db").migrate()


def test_a_register_whose_connection_was_lost_connects_anew(postgres_cluster, monkeypatch):
    url = postgres_cluster.create()
    register = Register(url)
    with register.session() as session:
        number = session.scalar(text("select pg_backend_pid()"))
    with register.session() as session:
        assert session.scalar(text("select pg_backend_pid()")) == number
    postgres_cluster.sql(url, f"select pg_terminate_backend({number}, 5000)")
    monkeypatch.setattr("hervat.register.store.monotonic", lambda now=monotonic: now() + 2)
    with register.session() as session:
        assert session.scalar(text("select pg_backend_pid()")) != number
    register.close()


FORKING = """
import os, sys
from sqlalchemy import text
from hervat.register import Busy, Register, keys_alone, keys_in_use

register = Register(sys.argv[1])
register.migrate()
held = keys_in_use(register)
with register.session() as session:
    session.execute(text("create table kept (number integer)"))
if os.fork() == 0:
    sys.exit()
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
for number in range(3):
    with register.session() as session:
        session.execute(text("insert into kept values (1)"))
try:
    with keys_alone(Register(sys.argv[1])):
        sys.exit("the fork gave the keys up")
except Busy:
    del held
"""


def test_a_fork_that_ends_takes_nothing_of_its_parent_along(url, register):
    """What closes the register and gives up the keys at the end of a process is for the process that opened them."""
    subprocess.run([sys.executable, "-c", FORKING, url], check=True)
    with register.session() as session:
        assert session.scalar(text("select count(*) from kept")) == 3
