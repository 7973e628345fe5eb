"""Against a real Prefect server: a worker runs a deployment, the exit statuses become states, and nothing leaks."""

import base64
import sqlite3
import subprocess
import sys
import time

import pytest

from hervat.cli.setup.serving import deploy, house, prefect, worker_command
from hervat.prefect_server import PrefectServer
from tests.support.leaks import leaks as search
from tests.support.ssh_keys import line, make_key, signed
from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, RIGHT = made_up_bsn(21), made_up_bsn(22)
NAME = "Şeyma Verzonnenachternaam"
NEAR = "2022-04-20"  # the first quarter must be with CBS on 28 April


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with PrefectServer(tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("gemeente") / "town", approval="required")
    town.register_person(1, WRONG)
    town.offer(
        "20220301",
        row("SS190", "01-03-2022", WRONG),
        row("SS101", "10-01-2022", RIGHT, group=FAMILY, name=NAME, born="02-02-1992"),
    )
    return town


def run_prefect(environment, *arguments, seconds=240):
    return subprocess.run(
        [*prefect(), *arguments],
        env=environment,
        cwd=house(),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def runs(server):
    with sqlite3.connect(server.home / "prefect.db") as database:
        return dict(database.execute("select flow_run.name, state_type from flow_run"))


def test_a_process_worker_runs_the_deployed_night(server, town):
    environment = server.environment | {"HERVAT_CONFIG": str(town.directory)}
    deploy(environment)
    started = run_prefect(
        environment, "deployment", "run", "rerun/rerun", "--param", "as_of=2022-03-01", "--param", "municipality=0000"
    )
    assert started.returncode == 0, started.stderr
    log = server.home / "worker.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(
            worker_command(), env=environment, cwd=house(), stdout=out, stderr=out,
        )  # fmt: skip
        try:
            until = time.monotonic() + 200
            while time.monotonic() < until and not set(runs(server).values()) & {"COMPLETED", "FAILED", "CRASHED"}:
                time.sleep(1)
        finally:
            worker.terminate()
            worker.wait(30)
    played = {name: state for name, state in runs(server).items() if state != "SCHEDULED"}
    assert played == {"rerun-2022-03-01": "COMPLETED"}, log.read_text()[-3000:]
    status = town.json("status", "--as-of", "2022-03-01", status=1)["municipalities"][0]
    assert status["persons"]["corrected"] == 1 and status["cleaning"][0]["waiting"] == 1


def test_the_steps_are_tasks_and_the_artifacts_hold_counts(server, town):
    with sqlite3.connect(server.home / "prefect.db") as database:
        tasks = {name.rsplit("-", 1)[0] for (name,) in database.execute("select name from task_run")}
        keys = {key for (key,) in database.execute("select key from artifact")}
    assert tasks == {"fetch", "validate", "load", "settle", "capture", "notify", "clean", "report"} or {
        name.split("-")[0] for name in tasks
    } == {"fetch", "validate", "load", "settle", "capture", "notify", "clean", "report"}
    assert {"night-0000", "report-0000", "waits-0000"} <= keys


def test_approval_is_a_form_and_failure_is_failed(server, town):
    (plan,) = town.json("plan")["plans"]
    script = f"""
import os
from hervat.flows.approve import approve
from hervat.flows.nightly import rerun
approve(plan="{plan["hash"]}", by="A. Jansen", municipality="0000")
print(rerun(as_of="{NEAR}", return_state=True).type.value)
os.rename("{town.directory}/local.db", "{town.directory}/weg.db")
print(rerun(as_of="{NEAR}", return_state=True).type.value)
os.rename("{town.directory}/weg.db", "{town.directory}/local.db")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=server.environment | {"HERVAT_CONFIG": str(town.directory)},
        cwd=house(),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.stdout.split() == ["COMPLETED", "FAILED"], done.stderr[-3000:]
    assert not town.sql("select 1 from inburgeraar")


SIGNING = """
import sys
from hervat.flows.approve import approve
given, *pasted = sys.argv[1:]
for text in pasted:
    state = approve(plan=given, signature=text, municipality="0000", return_state=True)
    print(state.type.value, state.message)
"""


def test_the_form_takes_a_pasted_signature(server, tmp_path):
    town = Town(tmp_path / "town", approval="required\n        approvers: approvers")
    anna, other = make_key(tmp_path, "anna"), make_key(tmp_path, "other")
    (town.directory / "approvers").write_text(line("anna@voorbeeldstad.nl", anna))
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.night("2022-03-01", status=1)
    given = town.json("plan")["plans"][0]["hash"]
    pasted = ["  ", signed(given, other), signed(given[:-1], anna), "  " + signed(given, anna).replace("\n", "\r\n  ")]
    done = subprocess.run(
        [sys.executable, "-c", SIGNING, given, *pasted],
        env=server.environment | {"HERVAT_CONFIG": str(town.directory)}, cwd=house(), capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    told = done.stdout.splitlines()
    assert [text.split()[0] for text in told] == ["FAILED", "FAILED", "FAILED", "COMPLETED"], done.stderr[-3000:]
    for text, said in zip(told, ("approved by signature", "is not in", "not over this hash", "is ready"), strict=True):
        assert said in text
    assert town.night("2022-03-02", status=0)["cleaning"][0]["cleaned"] == 1


FAILING = """
import dataclasses, sys
import hervat.flows.nightly
import hervat.tasks.nights
from hervat.flows.nightly import rerun
from hervat.tasks.night import NIGHT

def fails(step):
    def run(night):
        step.run(night)
        raise ValueError(" ".join(sys.argv[1:]))
    return dataclasses.replace(step, run=run, retries=0)

for failing in NIGHT:
    hervat.tasks.nights.NIGHT = [fails(step) if step is failing else step for step in NIGHT]
    state = rerun(as_of="2022-05-03", return_state=True)
    print(failing.name, state.type.value)

def run_night(*_):
    raise ValueError(" ".join(sys.argv[1:]))

hervat.tasks.nights.NIGHT, hervat.tasks.nights.run_night = NIGHT, run_night
print("outside", rerun(as_of="2022-05-03", return_state=True).type.value)
hervat.flows.nightly.installation = run_night
print("before", rerun(as_of="2022-05-03", return_state=True).type.value)
"""


def test_an_error_in_any_step_is_failed_and_is_not_told(server, town):
    done = subprocess.run(
        [sys.executable, "-c", FAILING, WRONG, NAME],
        env=server.environment | {"HERVAT_CONFIG": str(town.directory)}, cwd=house(), capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    steps = ("fetch", "validate", "load", "settle", "capture", "notify", "clean", "report", "outside", "before")
    assert done.stdout.split() == [word for step in steps for word in (step, "FAILED")], done.stderr[-3000:]
    assert leaks(done.stderr.encode(), "stderr") == []


def test_the_deadline_of_cbs_is_an_artifact_before_it_and_after(server):
    """By Prefect's own API: the nights above were on 20 April and 3 May, and nothing was delivered."""
    told = server.api.ask("artifacts/filter", artifacts={"key": {"any_": ["cbs-0000"]}}, sort="CREATED_DESC")
    assert {one["type"] for one in told} == {"markdown"}
    for one, when in ((told[-1], "over 8 dagen"), (told[0], "5 dagen te laat")):
        title = f"# ⚠ De levering van kwartaal 1 van 2022 moet uiterlijk 28 april 2022 bij het CBS zijn ({when})"
        how = "Maak de levering met `hervat cbs prepare --quarter 2022Q1`. Of in Prefect: `cbs-delivery`."
        assert one["data"] == f"{title}\n\n- Er is nog geen levering gemaakt. {how}"


def test_nothing_of_a_person_is_in_prefect(server, town):
    """Decoded: every table and file of Prefect's own, base64 in it too. What is due to be written is waited for."""
    time.sleep(3)
    found = [hit for path in server.home.rglob("*") if path.is_file() for hit in leaks(path.read_bytes(), str(path))]
    assert found == []


def test_nothing_of_a_person_is_where_it_should_not_be(town):
    """Register, vault, report and file names; the worklist, the local system and the source itself hold persons."""
    worklist = town.directory / "var" / "output" / "worklist" / "0000.xlsx"
    assert worklist.stat().st_mode & 0o077 == 0
    own = [path for path in (town.directory / "var").rglob("*") if path != worklist]
    found = [hit for path in own if path.is_file() for hit in leaks(path.read_bytes(), str(path))]
    found += [hit for path in own for hit in leaks(path.name.encode(), str(path))]
    assert len(own) > 10 and found == []


def leaks(data, where):
    return search(data, where, (WRONG, RIGHT, NAME, "02-02-1992", "1992-02-02", "Verzonnen 1"))


def test_the_search_itself_finds_what_is_hidden():
    assert leaks(base64.b64encode(b"x" * 40 + WRONG.encode() + b"y" * 40), "here")
