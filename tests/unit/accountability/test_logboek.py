"""Lines of the journal in the form of the Logboek Dataverwerkingen: valid whatever stands in them, and some at a time."""

import json
import tracemalloc
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hervat.accountability.logboek_line import DataSubject, LogboekForm, activity_of
from hervat.accountability.logboek_subjects import LogboekSubjects
from hervat.keyring import Keyring
from hervat.person import HeldFor
from hervat.register import Register
from hervat.register.models import CleaningPlan, JournalLine, PlanPerson

SCHEMA = json.loads((Path(__file__).parents[3] / "config/schemas/logboek-1.0.0.json").read_text())
CHECK = Draft202012Validator(SCHEMA)
ACTIONS = ("run begun", "run ended", "step ended", "loaded", "cleaned", "person shown", "something new")
TEXT = st.text(max_size=40)
RESULTS = st.sampled_from(
    [
        "exit status 3",
        "failed, x to y",
        "ok, 2022-03-01T01:30:00.001+00:00 to 2022-03-01T01:30:02.500+00:00, 3 person(s)",
    ]
)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1))
LINES = st.builds(
    JournalLine, seq=st.integers(1, 10**9), municipality=st.just("0000"), actor=TEXT, action=st.sampled_from(ACTIONS),
    at=MOMENTS.map(lambda moment: moment.isoformat(timespec="seconds") + "+00:00"), object=TEXT | st.just("run 7"),
    result=TEXT | RESULTS, origin=TEXT, host=st.none() | TEXT, run=st.none() | st.integers(1, 99), step=st.none() | TEXT,
)  # fmt: skip


@given(LINES, st.none() | MOMENTS)
def test_whatever_stands_in_the_journal_its_line_and_that_of_a_person_are_valid(line, began):
    form, subject = LogboekForm("0000"), DataSubject("ab" * 32, "BSN")
    whole = form.line(line, {line.run or 7: began} if began else {}, None)
    person = form.of_person(whole, subject)
    assert not [*CHECK.iter_errors(whole), *CHECK.iter_errors(person)]
    assert whole["start_time"] <= whole["end_time"] or line.action == "step ended"
    assert person["parent_span_id"] == whole["span_id"] != person["span_id"]
    assert whole == form.line(line, {line.run or 7: began} if began else {}, None)
    assert whole["name"] == line.action


def test_a_step_has_its_own_times_and_another_gemeente_other_ids():
    line = JournalLine(
        seq=4, at="2022-03-01T01:31:00+00:00", action="step ended", object="step load", run=7, step="load",
        result="ok, 2022-03-01T01:30:00.001+00:00 to 2022-03-01T01:30:02.500+00:00, 3 person(s)",
    )  # fmt: skip
    ours, theirs = LogboekForm("0000").line(line, {}), LogboekForm("0001").line(line, {})
    assert ours["end_time"] - ours["start_time"] == 2499
    assert not {ours["trace_id"], ours["span_id"]} & {theirs["trace_id"], theirs["span_id"]}


@pytest.mark.parametrize(
    ("action", "held"),
    [
        ("notice sent", HeldFor.NOTICE), ("cleaned", HeldFor.CLEANING), ("cbs written", HeldFor.CBS),
        ("incident opened", HeldFor.INCIDENT), ("loaded", HeldFor.REGISTRATION), ("decided", HeldFor.DECISION),
        ("person shown", HeldFor.ACCOUNT), ("person held", HeldFor.HOLD), ("something new", HeldFor.ACCOUNT),
    ],
)  # fmt: skip
def test_an_action_is_of_the_activity_for_which_it_is_done(action, held):
    assert activity_of(action) is held


def test_the_persons_of_a_large_plan_pass_some_at_a_time(tmp_path):
    register, persons = Register(f"sqlite:///{tmp_path}/register.db"), 30_000
    register.migrate()
    with register.session() as session:
        columns = {"municipality": "0000", "system": "s", "hash": "ab" * 32, "made_on": date(2022, 3, 1)}
        needed = {c.name for c in CleaningPlan.__table__.columns if not c.nullable and c.default is None} - {"id"}
        plan = CleaningPlan(
            **columns, **{name: {} if name == "content" else "erase" for name in needed - columns.keys()}
        )
        session.add(plan)
        session.flush()
        session.execute(
            PlanPerson.__table__.insert(),
            [{"plan_id": plan.id, "key": f"{n:064x}", "reappeared": False} for n in range(persons)],
        )
    line = JournalLine(seq=1, action="cleaned", object=f"plan {'ab' * 6} of s", result="ok")
    with register.session() as session:
        several = LogboekSubjects(session, Keyring(b"k" * 32, "0000")).several(line)
        next(several)
        tracemalloc.start()
        assert sum(1 for _ in several) == persons - 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    register.close()
    assert peak < 3_000_000
