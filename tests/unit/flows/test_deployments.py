"""Every deployment in prefect.yaml: its entry point imports, its form explains itself, its time zone and tags are ours."""

import inspect
from functools import cache
from pathlib import Path

import pytest
import yaml
from prefect.utilities.callables import parameter_schema

from hervat.flows.deployments import flow_of
from hervat.flows.forms import StepName
from hervat.tasks.night import NIGHT
from hervat.tasks.step import chosen

ROOT = Path(__file__).parents[3]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
TAGS = {"hervat", "night", "steps", "acts", "decision", "delivery", "check"}
DECISIONS = {
    "approve", "quarantine-decide", "optin-record", "cbs-accept", "cbs-confirm", "notice-confirm", "notice-resend",
    "incident-open", "incident-record", "refill-done", "strangers-decide", "person-hold",
    "person-release", "person-forget", "retention-destroy",
}  # fmt: skip
NEVER = ("config", "directory", "deployment", "command", "bsn", "v_number", "name")

each = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])


def form(deployment):
    return form_of(deployment["entrypoint"])


@cache
def form_of(entrypoint):
    return parameter_schema(flow_of(entrypoint)).model_dump(mode="json")


def test_all_are_there():
    names = {deployment["name"] for deployment in DEPLOYMENTS}
    assert names == DECISIONS | {
        "nightly", "intake", "cleaning", "notices", "rerun", "fleet", "fleet-list", "cbs-delivery", "verify", "doctor",
    }  # fmt: skip
    assert {one["name"] for one in DEPLOYMENTS if "decision" in one["tags"]} == DECISIONS


@each
def test_a_deployment(deployment):
    flow = flow_of(deployment["entrypoint"])
    assert flow.persist_result is False and flow.retries == 0
    assert set(deployment["parameters"]) <= set(inspect.signature(flow.fn).parameters)
    assert "hervat" in deployment["tags"] and set(deployment["tags"]) <= TAGS
    assert deployment["description"] and deployment["work_pool"]["name"] == "hervat"
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "Europe/Amsterdam"
        minute, hour = schedule["cron"].split()[:2]
        assert (hour, minute) != ("2", "30")  # does not exist on the day that summer time starts


@each
def test_a_form_explains_each_field_small_and_flat(deployment):
    for name, field in form(deployment)["properties"].items():
        assert len(field.get("description", "")) > 15, name
        assert "anyOf" not in field and "$ref" not in field, name  # no switch between a value and nothing
        assert field["type"] in ("string", "integer", "boolean", "array"), name


@each
def test_no_flow_takes_a_directory_a_deployment_a_command_or_a_person(deployment):
    assert not set(NEVER) & set(form(deployment)["properties"])


def test_days_are_days_and_the_one_of_a_rerun_is_required():
    forms = {deployment["name"]: form(deployment) for deployment in DEPLOYMENTS}
    days = {name: f["properties"][name] for f in forms.values() for name in ("as_of", "day") if name in f["properties"]}
    assert {field["format"] for field in days.values()} == {"date"}
    assert forms["rerun"]["required"] == ["as_of"]


def test_the_steps_of_a_form_are_those_of_the_night():
    assert list(StepName.__args__) == [step.name for step in NIGHT]
    for deployment in DEPLOYMENTS:
        chosen(NIGHT, deployment["parameters"].get("steps") or [])


def test_the_night_is_at_half_past_one_and_the_check_is_weekly():
    schedules = {deployment["name"]: deployment.get("schedules") for deployment in DEPLOYMENTS}
    assert schedules["nightly"] == [{"cron": "30 1 * * *", "timezone": "Europe/Amsterdam"}]
    assert schedules["verify"][0]["cron"].endswith("* * 0")


def test_intake_acts_on_nothing():
    (intake,) = [deployment for deployment in DEPLOYMENTS if deployment["name"] == "intake"]
    assert not any(step.acts for step in chosen(NIGHT, intake["parameters"]["steps"]))


def test_the_version_of_prefect_is_the_one_of_the_lock():
    lock = (ROOT / "requirements" / "runtime.lock").read_text()
    assert f"prefect=={yaml.safe_load((ROOT / 'prefect.yaml').read_text())['prefect-version']} " in lock
