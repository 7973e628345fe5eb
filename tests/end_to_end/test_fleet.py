"""The fleet on a real server: lists hang under it, are cancelled with it, and a second one does not take their places."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hervat.doctor import examine
from hervat.settings import read_settings
from tests.end_to_end.test_serve import a_town, block_register, until
from tests.support.serving import FINAL, Serving


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """Two gemeenten in one configuration, on one local system."""
    town = a_town(tmp_path_factory.mktemp("fleet") / "town")
    path = town.directory / "hervat.yaml"
    head, _, one = path.read_text().partition("municipalities:\n")
    other = one.replace('code: "0000"', 'code: "0003"').replace("name: Voorbeeldstad", "name: Voorbeelddorp")
    other = other.replace('former_codes: ["0001"]', "former_codes: []").replace("incoming", "incoming-2")
    (town.directory / "incoming-2").mkdir()
    path.write_text(f"{head}municipalities:\n{one}{other}")
    with Serving(town.directory) as serving:
        serving.town = town
        yield serving


@pytest.fixture(scope="module")
def ends(serving):
    """How two fleets that were started at once ended."""
    runs = [serving.submit("fleet")[1]["id"] for _ in range(2)]
    return [serving.ended(one) for one in runs]


def lists_under(serving, fleet):
    return serving.ask("flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [fleet]}}})[1]


def nights_under(serving, fleet):
    """Return the name of each night's task -> its state, once the server has them all."""
    lists = [one["id"] for one in lists_under(serving, fleet)]

    def tasks():
        found = serving.ask("task_runs/filter", {"flow_runs": {"id": {"any_": lists}}})[1]
        return {one["name"]: one["state_name"] for one in found if one["state_type"] in FINAL}

    until(lambda: len(tasks()) == 2, 60)
    return tasks()


def test_each_night_is_a_task_in_a_list_under_the_fleet_and_a_waiting_one_is_done(serving, ends):
    state = next(one for one in ends if one["type"] == "COMPLETED")
    (part,) = lists_under(serving, state["run"])
    nights = nights_under(serving, state["run"])
    assert sorted(part["parameters"]["municipalities"]) == ["0000", "0003"]
    assert nights.keys() == {"night-0000", "night-0003"} and set(nights.values()) <= {"Completed", "Waits"}
    assert part["state_name"] == state["name"] and (state["name"] == "Waits") == ("Waits" in nights.values())
    assert any("2 of 2 municipalities are done" in text for _, text in serving.lines(state["run"]))
    artifacts = serving.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [part["id"]]}}})[1]
    assert {"report-0000", "report-0003"} <= {one["key"] for one in artifacts}


def test_of_several_municipalities_a_decision_must_choose_one(serving):
    form = serving.deployments()["incident-record"]["parameter_openapi_schema"]
    assert form["properties"]["municipality"]["enum"] == ["0000", "0003"] and "municipality" in form["required"]
    status, told = serving.submit(
        "incident-record", parameters={"number": 1, "by": "A. Jansen", "reason": "nagevraagd"}
    )
    assert status == 409 and "municipality" in told


def test_of_two_fleets_at_once_one_is_refused_so_that_a_place_is_left_for_nights(ends):
    refused = [one["message"] for one in ends if one["type"] == "FAILED"]
    assert refused in ([], ["another fleet is at work; wait until it has ended, or cancel it"])
    assert "COMPLETED" in {one["type"] for one in ends}


def test_a_cancelled_fleet_takes_its_lists_along(serving):
    blocked = block_register(serving.town)
    try:
        first = serving.submit("fleet")[1]["id"]
        assert until(lambda: any(one["state_type"] == "RUNNING" for one in lists_under(serving, first)), 150)
        assert serving.ask(f"flow_runs/{first}/set_state", {"state": {"type": "CANCELLING"}})[0] in (200, 201)
        assert serving.ended(first)["type"] == "CANCELLED"
        assert until(lambda: all(one["state_type"] == "CANCELLED" for one in lists_under(serving, first)), 150), [
            one["state_name"] for one in lists_under(serving, first)
        ]
    finally:
        blocked.close()


def test_of_three_one_can_not_begin_one_fails_and_the_third_is_done(serving):
    """A municipality with an unset variable, one whose source is gone, and one with which all is well."""
    incoming, path = serving.town.directory / "incoming-2", serving.town.directory / "hervat.yaml"
    whole = path.read_text()
    *_, last = whole.partition("municipalities:\n")[2].split('  - code: "0003"')
    path.write_text(whole + '  - code: "0004"' + last.replace("incoming-2", '"${NO_SUCH_VARIABLE_HERE}"'))
    incoming.rename(incoming.with_name("weg"))
    try:
        state, nightly = serving.run("fleet"), serving.run("nightly")
    finally:
        incoming.with_name("weg").rename(incoming)
        path.write_text(whole)
    steps = serving.ask("task_runs/filter", {"flow_runs": {"id": {"any_": [nightly["run"]]}}})[1]
    assert nightly["name"] == "Failed" and "NO_SUCH_VARIABLE_HERE" in nightly["message"]
    assert {"report-0000", "report-0003"} <= {one["name"] for one in steps}, "the others had their night"
    assert state["name"] == "Failed" and "the night of 0003 failed" in state["message"]
    assert "NO_SUCH_VARIABLE_HERE" in state["message"] and "0000" not in state["message"]
    nights = nights_under(serving, state["run"])
    assert nights["night-0003"] == "Failed" and nights["night-0000"] in ("Waits", "Completed")


def test_what_a_lost_list_left_is_begun_again(serving):
    """The process of a list is killed in the middle; the fleet begins its nights again, and all are done."""
    blocked = block_register(serving.town)
    try:
        fleet = serving.submit("fleet")[1]["id"]
        assert until(lambda: [one for one in lists_under(serving, fleet) if one["state_type"] == "RUNNING"], 150)
        (part,) = lists_under(serving, fleet)
        killed = until(lambda: [pid for pid in _processes() if part["id"] in _environment(pid)], 60)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
    finally:
        blocked.close()
    state = serving.ended(fleet)
    lists = lists_under(serving, fleet)
    assert state["type"] == "COMPLETED" and len(lists) == 2, (state["message"], lists)
    assert sorted(one["state_type"] for one in lists) == ["COMPLETED", "CRASHED"]
    assert any("begun again" in text for _, text in serving.lines(fleet))


def _processes():
    return [int(one.name) for one in Path("/proc").glob("[0-9]*")]


def _environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


OF_BEFORE = {"verify": "hervat.flows.verify.verify", "fleet-list": "hervat.flows.fleet_list.fleet_list"}
"""Entry points of an earlier hervat."""


@pytest.fixture
def not_deployed(serving):
    """The deployments of before: the code was upgraded and `hervat deploy` forgotten."""
    now = serving.deployments()

    def point(entrypoints):
        for name, entrypoint in entrypoints.items():
            assert serving.ask(f"deployments/{now[name]['id']}", {"entrypoint": entrypoint}, "PATCH")[0] == 204

    point(OF_BEFORE)
    yield
    point({name: now[name]["entrypoint"] for name in OF_BEFORE})


def deploy(serving):
    server = {"PREFECT_API_URL": f"http://127.0.0.1:{serving.port}/api", "PREFECT_API_AUTH_STRING": serving.login}
    command = [sys.executable, "-m", "hervat.cli", "deploy", "--config", str(serving.town.directory)]
    subprocess.run(command, env=os.environ | server, check=True, capture_output=True)


def test_deployments_of_before_an_upgrade_name_the_mend(serving, not_deployed):
    state = serving.run("verify")
    told = serving.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [state["run"]]}}, "limit": 200})[1]
    assert state["type"] in ("CRASHED", "FAILED")
    assert any("run `hervat deploy`" in one["message"] for one in told), (state, told)
    fleet = serving.run("fleet")
    assert fleet["name"] == "Failed" and "run `hervat deploy`" in fleet["message"]
    assert lists_under(serving, fleet["run"]) == [], "not begun again and again"
    (said,) = said_by_the_doctor(serving)
    assert "fleet-list, verify" in said and "`hervat serve`" in said and "`hervat deploy`" in said
    deploy(serving)
    assert said_by_the_doctor(serving) == []
    assert serving.run("fleet")["type"] == "COMPLETED"


def said_by_the_doctor(serving):
    found = examine(read_settings(serving.town.directory), lambda _: None).failing
    return [text for text in found if "deployments of another hervat" in text]
