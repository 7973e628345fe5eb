"""`hervat serve` on a real server and worker: the nights start by themselves, and only the gemeente can start one."""

import os
import re
import signal
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.another import as_another
from tests.support.serving import Serving, until
from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, RIGHT = made_up_bsn(21), made_up_bsn(22)
WARNING, ERROR = 30, 40
ROOT = Path(__file__).parents[2]


def a_town(directory, **more):
    town = Town(directory, approval="required", **more)
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", RIGHT, group=FAMILY))
    return town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return a_town(tmp_path_factory.mktemp("gemeente") / "town")


@pytest.fixture(scope="module")
def serving(town):
    with Serving(town.directory) as serving:
        yield serving


def scheduled(serving, state="SCHEDULED"):
    wanted = {"flow_runs": {"state": {"type": {"any_": [state]}}}, "deployments": {"name": {"any_": ["nightly"]}}}
    return [one for one in serving.ask("flow_runs/filter", wanted)[1] if one["auto_scheduled"]]


# (a) the night really starts


def test_serve_says_when_the_next_night_starts_that_the_server_itself_made(serving):
    said = re.search(r"the next night starts on (\S+) at 01:30", serving.until("the next night starts on"))
    first = min(one["expected_start_time"] for one in scheduled(serving))
    assert said and first[11:16] in ("00:30", "23:30")  # UTC, by the season
    assert "error" not in serving.log.read_text()
    entries = re.split(r"^(?=\d{4}-\d\d-\d\d )", serving.server_log(), flags=re.MULTILINE)
    wrong = [one for one in entries if "ERROR" in one or "Traceback" in one]
    assert [one for one in wrong if "database is locked" not in one] == []  # SQLite has one writer: it is tried again


def test_a_run_that_the_server_scheduled_is_run_by_the_worker_when_it_is_due(serving, town):
    nightly = serving.deployments()["nightly"]
    schedule = nightly["schedules"][0]
    body = {"schedule": {"cron": "* * * * *", "timezone": "Europe/Amsterdam"}, "active": True}
    at = f"deployments/{nightly['id']}/schedules/{schedule['id']}"
    assert serving.ask(at, body, "PATCH")[0] == 204
    try:
        done = until(lambda: scheduled(serving, "COMPLETED"), 150)
    finally:
        back = {"schedule": schedule["schedule"], "active": True}
        assert serving.ask(at, back, "PATCH")[0] == 204
    assert done, serving.log.read_text()[-3000:]
    assert done[0]["state_name"] == "Waits" and done[0]["created_by"]["type"] == "SCHEDULE"
    assert town.json("status", status=1)["municipalities"][0]["persons"]["corrected"] == 1


# (b) only the gemeente


def test_without_the_log_in_nothing_is_answered(serving):
    number = serving.deployments()["nightly"]["id"]
    asked = [
        ("flow_runs/filter", "POST"),
        (f"deployments/{number}/create_flow_run", "POST"),
        (f"deployments/{number}", "GET"),
        ("admin/settings", "GET"),
        ("work_pools/hervat", "PATCH"),
    ]
    for login in (None, "admin:pass", "hervat:", serving.login[:-1]):
        assert {serving.ask(path, {}, method, login)[0] for path, method in asked} == {401}, login


def test_another_account_can_not_read_the_secret(serving):
    secret = serving.login.encode()
    assert stat.S_IMODE((serving.home / "login").stat().st_mode) == 0o600
    assert stat.S_IMODE(serving.home.stat().st_mode) == 0o700
    assert len(secret) > 40
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert secret.partition(b":")[2] not in place.read_bytes()
        except OSError:
            continue
    if os.geteuid() == 0:
        script = f"cat {serving.home}/login /proc/{serving.process.pid}/environ"
        other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script]
        tried = subprocess.run(other, capture_output=True, check=False)
        assert tried.returncode != 0 and tried.stdout == b""
    assert serving.login.partition(":")[2] not in serving.log.read_text() + serving.server_log()


def test_an_attacker_s_own_configuration_is_no_parameter(serving, town, tmp_path):
    """The first attack: a night on a configuration of his own. With the log-in too, nothing takes a directory."""
    evil = a_town(tmp_path / "evil")
    before = evil.sql("select * from inburgeraar")
    for deployment in serving.deployments():
        status, told = serving.submit(deployment, parameters={"config": str(evil.directory)})
        assert status == 409 and ("Additional properties" in told or "required" in told), deployment
    status, told = serving.submit("fleet", parameters={"deployment": "nightly/nightly"})
    assert status == 409 and "Additional properties" in told
    assert evil.sql("select * from inburgeraar") == before and not (evil.directory / "var" / "register.db").exists()


def test_a_command_or_an_environment_of_a_run_is_refused(serving, tmp_path):
    """The second attack: the master key was copied by `job_variables.command`."""
    stolen = tmp_path / "stolen"
    for variables in (
        {"command": f"cp var/keys.json {stolen}"},
        {"env": {"HERVAT_CONFIG": "/tmp"}},
        {"working_dir": "/"},
    ):
        status, told = serving.submit("nightly", job_variables=variables)
        assert status == 422 and "Additional properties" in told, variables
    assert not stolen.exists()


def test_a_second_serve_and_a_used_port_are_refused_before_anything_is_deployed(serving, tmp_path):
    again = Serving(serving.directory)
    again.start()
    assert again.process.wait(60) == 2 and "at work for this installation already" in again.log.read_text()
    other = Serving(a_town(tmp_path / "other").directory)
    other.port = serving.port
    other.start()
    assert other.process.wait(60) == 2 and f"port {serving.port} can't be used" in other.log.read_text()
    assert not (other.home / "prefect.db").exists()
    assert serving.ask("deployments/count", {})[1] == len(serving.deployments())


# (c) forms, runs and pages that explain themselves


def test_every_form_explains_each_field_and_offers_what_can_be_chosen(serving):
    for name, deployment in serving.deployments().items():
        form = deployment["parameter_openapi_schema"]
        assert deployment["enforce_parameter_schema"] and deployment["description"], name
        for field, told in form["properties"].items():
            assert len(told.get("description", "")) > 15, (name, field)
            assert "anyOf" not in told and "null" not in str(told.get("type")), (name, field)
            if field in ("as_of", "day", "kennisgeving"):
                assert told["format"] == "date", (name, field)
            if field in ("municipality", "quarter", "code", "law", "decision", "status"):
                assert told.get("enum"), (name, field)
        if "steps" in form["properties"]:
            assert form["properties"]["steps"]["items"]["enum"][0] == "fetch"
    assert serving.deployments()["rerun"]["parameter_openapi_schema"]["required"] == ["as_of"]


@pytest.mark.parametrize(
    ("deployment", "parameters"),
    [
        ("rerun", {}),
        ("rerun", {"as_of": "gisteren"}),
        ("rerun", {"as_of": "2022-03-01", "municipality": "9999"}),
        ("rerun", {"as_of": "2022-03-01", "steps": ["erase everything"]}),
        ("optin-record", {"person": 1, "law": "Wi1998", "by": "A. Jansen", "reason": "nagevraagd"}),
        ("optin-record", {"person": "Jan", "law": "Wi2021", "by": "A. Jansen", "reason": "nagevraagd"}),
        ("optin-record", {"person": 1, "law": "Wi2021", "by": "A. Jansen", "reason": f"hij is {WRONG}"}),
        ("optin-record", {"person": 1, "law": "Wi2021", "by": ".".join(WRONG), "reason": "nagevraagd"}),
        ("quarantine-decide", {"download": 1, "decision": "perhaps", "by": "A. Jansen", "reason": "x"}),
        ("cbs-accept", {"quarter": "2022Q5", "code": "orphans", "by": "A. Jansen", "reason": "x"}),
        ("cbs-accept", {"quarter": "2022Q1", "code": "standing", "by": "A. Jansen", "reason": "x"}),
        ("approve", {"plan": "aaaaaaaa", "by": WRONG}),
        ("incident-record", {"number": 1, "by": "A. Jansen", "reason": "   "}),
        ("optin-record", {"person": int(WRONG), "law": "Wi2021", "by": "A. Jansen", "reason": "nagevraagd"}),
        ("person-forget", {"person": int(WRONG), "by": "A. Jansen", "reason": "verzoek 12"}),
    ],
)
def test_what_does_not_fit_a_form_is_refused_before_there_is_a_run(serving, deployment, parameters):
    before = asked_for(serving)
    status, told = serving.submit(deployment, parameters=parameters)
    assert status == 409, told
    assert asked_for(serving) == before


def asked_for(serving):
    """Return the runs that somebody asked for; the scheduler makes its own at any moment."""
    found = serving.ask("flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 200})[1]
    assert len(found) < 200
    return {one["id"] for one in found if not one["auto_scheduled"]}


def test_a_night_that_waits_says_so_and_each_step_tells_its_counts(serving):
    state = serving.run("nightly")
    assert (state["type"], state["name"]) == ("COMPLETED", "Waits")
    assert state["message"] == "system inburgering: 1 person waits for an approval"
    lines = serving.lines(state["run"])
    told = [text for level, text in lines if level == 20]
    for step in (
        "fetch: files: fetched",
        "load: rows: read",
        "settle: persons: disputed",
        "clean: cleaning inburgering",
    ):
        assert any(text.startswith(step) for text in told), step
    assert {one["name"] for one in serving.tasks(state["run"]).values()} == {"Completed"}
    assert not [text for level, text in lines if level >= WARNING]


def test_a_decision_is_a_form_and_what_can_t_be_is_one_line(serving, town):
    (plan,) = town.json("plan", status=1)["plans"]
    state = serving.run("approve", plan=plan["hash"][:12], by="A. Jansen")
    assert state["name"] == "Completed" and "the next night executes it" in state["message"]
    again = serving.run("approve", plan=plan["hash"][:12], by="A. Jansen")
    assert (
        again["name"] == "Failed"
        and again["message"] == "A. Jansen has approved this plan already; another person must"
    )
    errors = [text for level, text in serving.lines(again["run"]) if level >= ERROR]
    assert errors == [again["message"]]  # no traceback
    done = serving.run("nightly")
    assert done["name"] == "Completed" and town.sql("select * from inburgeraar") == []


def test_a_step_in_which_a_source_or_a_system_failed_is_not_green_and_says_which(serving, town):
    (town.directory / "incoming").rename(town.directory / "weg")
    (town.directory / "local.db").rename(town.directory / "weg.db")
    try:
        state = serving.run("nightly")
    finally:
        (town.directory / "weg").rename(town.directory / "incoming")
        (town.directory / "weg.db").rename(town.directory / "local.db")
    tasks = {name.removesuffix("-0000"): one for name, one in serving.tasks(state["run"]).items()}
    assert state["name"] == "Failed" and "by-hand" in state["message"] and "inburgering" in state["message"]
    assert tasks["fetch"]["name"] == "Failed" and "by-hand" in tasks["fetch"]["message"]
    assert tasks["clean"]["name"] == "Failed" and "inburgering" in tasks["clean"]["message"]
    assert tasks["settle"]["name"] == "Completed"
    assert not [text for _, text in serving.lines(state["run"]) if "Traceback" in text]


def test_a_day_to_come_is_refused_and_a_shadow_night_looks_ahead_and_keeps_nothing(serving, town):
    state = serving.run("rerun", as_of="2036-03-01")
    assert state["name"] == "Failed" and state["message"].startswith("2036-03-01 is still to come")
    before = {name: town.register_rows(name) for name in ("settled_day", "person_state", "cleaning_plan", "run")}
    ahead = serving.run("rerun", as_of="2036-03-01", shadow=True)
    assert ahead["type"] == "COMPLETED", ahead["message"]
    assert {name: town.register_rows(name) for name in before} == before


def test_two_runs_of_one_municipality_wait_their_turn(serving):
    runs = [serving.submit("nightly")[1]["id"] for _ in range(2)]
    assert {serving.ended(one)["type"] for one in runs} == {"COMPLETED"}


def test_doctor_and_verify_are_runs_too(serving):
    assert serving.run("verify")["name"] == "Completed"
    state = serving.run("doctor")
    assert state["type"] == "COMPLETED", state["message"]
    assert serving.artifacts("doctor")


def test_prefect_s_own_history_ends_after_a_time(serving):
    told = serving.ask("admin/settings", method="GET")[1]["server"]["services"]["db_vacuum"]
    assert "flow_runs" in str(told["enabled"]) and told["retention_period"] in (90 * 86400.0, "P90D")


# the life of the process


@pytest.fixture(scope="module")
def first_life(tmp_path_factory):
    """A serve in which a person paused things; at last worker and run were killed with -9 in the middle of a night."""
    town = a_town(tmp_path_factory.mktemp("lives") / "town")
    with Serving(town.directory) as serving:
        nightly, login = serving.deployments()["nightly"], serving.login
        path = f"deployments/{nightly['id']}/schedules/{nightly['schedules'][0]['id']}"
        cron = {"schedule": {"cron": "15 3 * * *", "timezone": "Europe/Amsterdam"}, "active": False}
        assert serving.ask(path, cron, "PATCH")[0] == 204
        assert serving.ask(f"deployments/{serving.deployments()['verify']['id']}/pause_deployment")[0] == 200
        assert (
            serving.ask(f"automations/{automations(serving)['hervat: late']['id']}", {"enabled": False}, "PATCH")[0]
            == 204
        )
        shorten(serving, "hervat: lost runs", 40)
        run = killed_in_a_night(serving, town)
    assert serving.process.returncode == 3 and "the worker has stopped by itself" in serving.log.read_text()
    return town, login, run


@pytest.fixture(scope="module")
def second_life(first_life):
    with Serving(first_life[0].directory) as serving:
        yield serving


def automations(serving):
    return {one["name"]: one for one in serving.ask("automations/filter", {})[1]}


def killed_in_a_night(serving, town):
    """Kill worker and run; return the run, of which nothing is heard any more."""
    blocked = block_register(town)
    run = serving.submit("nightly")[1]["id"]
    assert until(lambda: serving.ask(f"flow_runs/{run}", method="GET")[1]["state"]["type"] == "RUNNING", 120)
    time.sleep(3)
    mine = [place for place in Path("/proc").glob("[0-9]*") if works_for(place, serving.home)]
    for place in mine:
        os.kill(int(place.name), signal.SIGKILL)
    blocked.close()
    serving.process.wait(60)
    return run


def test_what_a_person_paused_stays_paused_and_a_worker_is_limited(first_life, second_life):
    assert second_life.login == first_life[1]
    found = second_life.deployments()
    (schedule,) = found["nightly"]["schedules"]
    assert schedule["active"] is False and schedule["schedule"]["cron"] == "15 3 * * *"
    assert found["verify"]["paused"] is True and found["cbs-delivery"]["schedules"][0]["active"] is True
    again = automations(second_life)
    assert again["hervat: late"]["enabled"] is False and len(again) == 7
    second_life.until("error: no next night is scheduled: the schedule of `nightly` was paused", 90)
    workers = [line for line in second_life.left_running() if "worker start" in line]
    assert workers and all("--limit" in line for line in workers)


def test_a_killed_worker_leaves_no_run_running_for_ever(first_life, second_life):
    """Nothing is heard of the run that was killed, and it ends as Crashed."""
    assert second_life.ended(first_life[2], 150)["name"] == "Crashed"
    night = second_life.run("nightly")
    assert night["name"] == "Waits", (night, second_life.log.read_text()[-5000:])


@pytest.mark.parametrize("after", [0.3, 2.0, 6.0])
def test_sigterm_while_it_starts_leaves_no_process(tmp_path, after):
    serving = Serving(a_town(tmp_path / "town").directory)
    serving.start()
    time.sleep(after)
    serving.process.send_signal(signal.SIGTERM)
    serving.process.wait(120)
    assert until(lambda: serving.left_running() == [], 60), serving.left_running()


def test_it_serves_under_an_account_of_its_own(open_path):
    """The house belongs to root, and somebody else was first to use the temporary folder.

    It begins without a database: this server makes its own, with Prefect's migrations.
    """
    town = a_town(open_path / "town")
    prefix = as_another(town.directory)
    taken, first = Path("/tmp/runner_storage"), {"PYTHONDONTWRITEBYTECODE": "1", "HERVAT_TESTS_PREFECT": ""}
    made = not taken.exists()
    taken.mkdir(mode=0o700, exist_ok=True)
    try:
        with Serving(town.directory, prefix=prefix, HOME="/nonexistent", **first) as serving:
            for page in ("dashboard", "v2/dashboard"):
                status, text = page_of(serving, page)
                assert status == 200 and "<!doctype html>" in text.lower(), page
            assert serving.run("nightly")["name"] == "Waits", serving.log.read_text()[-3000:]
            assert {path.stat().st_uid for path in serving.home.rglob("*")} == {town.directory.stat().st_uid}
    finally:
        if made:
            taken.rmdir()


def page_of(serving, page):
    asked = urllib.request.Request(f"http://127.0.0.1:{serving.port}/{page}", headers={"Accept": "text/html"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.status, answer.read().decode()


def works_for(place, home):
    try:
        own = f"PREFECT_HOME={home}".encode() in (place / "environ").read_bytes()
        line = (place / "cmdline").read_bytes()
    except OSError:
        return False
    return own and (b"worker" in line or b"flow_engine" in line or b"prefect.engine" in line)


def block_register(town):
    """Hold the lock of the municipality, so that a night waits for its turn."""
    import fcntl

    (town.directory / "var").mkdir(exist_ok=True)
    handle = (town.directory / "var" / "register.db.0000.lock").open("w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def shorten(serving, name, seconds):
    (found,) = [one for one in serving.ask("automations/filter", {})[1] if one["name"] == name]
    found["trigger"]["within"] = seconds
    body = {key: found[key] for key in ("name", "description", "enabled", "trigger", "actions")}
    assert until(lambda: serving.ask(f"automations/{found['id']}", body, "PUT")[0] == 204, 30)
