"""Every deployment in prefect.yaml: its entry point imports, its parameters fit, its time zone and tags are ours."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from prefect import Flow

ROOT = Path(__file__).parents[3]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
TAGS = {"hervat", "night", "steps", "acts", "approval", "delivery"}


def flow_of(deployment):
    path, name = deployment["entrypoint"].split(":")
    return getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)


def test_all_are_there():
    names = {deployment["name"] for deployment in DEPLOYMENTS}
    assert names == {"nightly", "intake", "cleaning", "notices", "rerun", "approve", "cbs-delivery", "fleet"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_a_deployment(deployment):
    flow = flow_of(deployment)
    assert isinstance(flow, Flow) and flow.persist_result is False and flow.retries == 0
    assert set(deployment["parameters"]) <= set(inspect.signature(flow.fn).parameters)
    assert "hervat" in deployment["tags"] and set(deployment["tags"]) <= TAGS
    assert deployment["description"] and deployment["work_pool"]["name"] == "hervat"
    for schedule in deployment.get("schedules", []):
        assert schedule["timezone"] == "Europe/Amsterdam"
        minute, hour = schedule["cron"].split()[:2]
        assert (hour, minute) != ("2", "30")  # does not exist on the day that summer time starts


def test_chosen_steps_exist():
    from tasks.night import NIGHT
    from tasks.step import chosen

    for deployment in DEPLOYMENTS:
        chosen(NIGHT, deployment["parameters"].get("steps") or [])


def test_parameters_are_small_and_flat():
    for deployment in DEPLOYMENTS:
        for parameter in inspect.signature(flow_of(deployment).fn).parameters.values():
            assert str(parameter.annotation) in {
                "<class 'str'>", "str | None", "list[str] | None", "<class 'bool'>",
            }, parameter  # fmt: skip


def test_the_night_is_at_half_past_one():
    (nightly,) = [deployment for deployment in DEPLOYMENTS if deployment["name"] == "nightly"]
    assert nightly["schedules"] == [{"cron": "30 1 * * *", "timezone": "Europe/Amsterdam"}]


def test_intake_acts_on_nothing():
    from tasks.night import NIGHT
    from tasks.step import chosen

    (intake,) = [deployment for deployment in DEPLOYMENTS if deployment["name"] == "intake"]
    assert not any(step.acts for step in chosen(NIGHT, intake["parameters"]["steps"]))
