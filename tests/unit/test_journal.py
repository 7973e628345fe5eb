"""The journal's lines of two versions: each verified by its own list of fields, and none can pass as the other."""

import hashlib
import json
from dataclasses import asdict

import pytest
from sqlalchemy import select, update

from hervat import journal
from hervat.acting import Account, Acting, account, doing
from hervat.register import Register
from hervat.register.models import JournalLine

OLD = ("seq", "municipality", "at", "actor", "action", "object", "result", "origin", "previous")
ACTING = ("account", "host", "command", "run", "step")


@pytest.fixture
def register(tmp_path):
    register = Register(f"sqlite:///{tmp_path}/register.db")
    register.migrate()
    return register


def write_old(register: Register, count: int = 1) -> None:
    """Append lines as a hervat of before 0015 did."""
    for _ in range(count):
        with register.session() as session:
            last = session.scalars(select(JournalLine).order_by(JournalLine.seq.desc()).limit(1)).first()
            fields = {
                "seq": last.seq + 1 if last else 1, "municipality": "0000", "at": "2022-03-01T01:30:00+00:00",
                "actor": "svc", "action": "loaded", "object": "download 1", "result": "ok", "origin": "run",
                "previous": last.hash if last else "0" * 64,
            }  # fmt: skip
            line_hash = hashlib.sha256(json.dumps([fields[name] for name in OLD]).encode()).hexdigest()
            session.add(JournalLine(**fields, hash=line_hash))


def write(register: Register, count: int = 1, **acting: object) -> None:
    for _ in range(count):
        with register.session() as session:
            journal.record(session, "0000", Account("svc"), "loaded", "download 1", "ok", "run", Acting(**acting))


def change(register: Register, seq: int, **values: object) -> None:
    with register.session() as session:
        session.execute(update(JournalLine).where(JournalLine.seq == seq).values(**values))


def wrong(register: Register) -> list[str]:
    with register.session() as session:
        return journal.verify(session, "0000")


def test_a_line_keeps_what_acted_beside_the_name(register: Register) -> None:
    with doing("cbs accept"), register.session() as session:
        journal.record(session, "0000", Account("svc"), "tried", "thing", "ok", "command line")
    with register.session() as session:
        line = session.scalars(select(JournalLine)).one()
    here = Acting()
    assert {name: getattr(line, name) for name in ACTING} == asdict(here) | {"command": "cbs accept"}
    assert (here.account, here.command, here.run, here.step) == (account(), "", None, "") and here.host


def test_lines_of_before_are_verified_as_they_were_written_and_new_ones_after_them(register: Register) -> None:
    write_old(register, 3)
    assert wrong(register) == []
    write(register, 2, command="run", run=7, step="load")
    assert wrong(register) == []
    change(register, 2, result="nothing")
    assert wrong(register) == ["journal of 0000: line 2 was changed"]


@pytest.mark.parametrize(
    "values",
    [{"account": "else"}, {"host": "else"}, {"command": "status"}, {"run": 8}, {"run": None}, {"step": ""},
     {"version": 1}, {"version": 3}, {"version": None}, dict.fromkeys(("version", *ACTING))],
    ids="-".join,
)  # fmt: skip
def test_what_acted_can_be_neither_changed_nor_taken_off(register: Register, values: dict) -> None:
    write(register, 3, command="run", run=7, step="load")
    change(register, 2, **values)
    assert wrong(register) == ["journal of 0000: line 2 was changed"]


def test_nothing_can_be_added_to_a_line_of_before(register: Register) -> None:
    write_old(register, 2)
    change(register, 1, account="else")
    assert wrong(register) == ["journal of 0000: line 1 was changed"]


def test_a_line_as_of_before_after_a_new_one_is_forged(register: Register) -> None:
    write(register)
    write_old(register)
    write(register)
    assert wrong(register) == ["journal of 0000: line 2 was changed"]
