"""Put the deployments of prefect.yaml on a server: what a person paused or scheduled there stays as it is.

Prefect's own `deploy --all` recreates each schedule, active. Here an existing deployment keeps its schedules, and its
form gets the choices that only this installation knows.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow, get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.utilities.callables import parameter_schema

from hervat.errors import UsageError
from hervat.flows.automations import make_automations
from hervat.flows.forms import with_choices
from hervat.settings import Settings, read_settings
from hervat.shipped import deployments_file

POOL = "hervat"
_GONE = ("nightly/rerun",)  # deployments of earlier versions
_TEMPLATE = {
    "job_configuration": {"stream_output": True, "env": {}, "labels": {}, "command": None},
    "variables": {"type": "object", "properties": {}, "additionalProperties": False},
}
"""A run sets nothing of its process: command and environment are the worker's own."""


def deploy_all(directory: Path, log: Callable[[str], None]) -> int:
    """Create the work pool, the deployments and the automations that are missing; return the number of deployments.

    directory: the configuration whose choices the forms offer. Raises UsageError if no server is named.
    """
    if not PREFECT_API_URL.value():
        raise UsageError("PREFECT_API_URL names no server; set it (and PREFECT_API_AUTH_STRING), or use `hervat serve`")
    settings = read_settings(directory, partly=True)
    for broken in settings.broken:
        log(f"warning: {broken}")
    declared = yaml.safe_load(deployments_file().read_text(encoding="utf-8"))
    with get_client(sync_client=True) as client:
        _make_pool(client)
        for deployment in declared["deployments"]:
            _deploy(client, deployment, settings)
        for name in _GONE:
            _remove(client, name)
        made = make_automations(client, settings)
    if made:
        log(f"made {made} automations; docs/how-to/alerts.md tells what they do")
    return len(declared["deployments"])


def _make_pool(client: SyncPrefectClient) -> None:
    try:
        pool = client.read_work_pool(POOL)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=_TEMPLATE))
        return
    if pool.type == "process" and pool.base_job_template != _TEMPLATE:
        client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=_TEMPLATE))


def flow_of(entrypoint: str) -> Flow[..., Any]:
    """Return the flow of an entry point such as hervat.flows.nightly.nightly."""
    module, _, name = entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)  # noqa: S101 - a test reads every entry point
    return flow


def _deploy(client: SyncPrefectClient, declared: dict[str, Any], settings: Settings) -> None:
    flow = flow_of(declared["entrypoint"])
    values = {
        "parameters": declared["parameters"],
        "tags": declared["tags"],
        "description": declared["description"],
        "entrypoint": declared["entrypoint"],
        "work_pool_name": declared["work_pool"]["name"],
        "enforce_parameter_schema": True,
        "pull_steps": [],  # the flows are in the installed package: there is nothing to pull
        "path": None,
    }
    try:
        existing = client.read_deployment_by_name(f"{flow.name}/{declared['name']}")
    except ObjectNotFound:
        schedules = [_schedule(spec) for spec in declared.get("schedules", [])]
        number = client.create_deployment(
            client.create_flow(flow), name=declared["name"], schedules=schedules, **values
        )
    else:
        number = existing.id
        client.update_deployment(number, DeploymentUpdate(**values))
    form = {"parameter_openapi_schema": with_choices(parameter_schema(flow).model_dump(mode="json"), settings)}
    client.request("PATCH", "/deployments/{id}", path_params={"id": number}, json=form).raise_for_status()


def _schedule(spec: dict[str, Any]) -> Any:
    return DeploymentScheduleCreate(schedule=CronSchedule(cron=spec["cron"], timezone=spec["timezone"]), active=True)


def _remove(client: SyncPrefectClient, name: str) -> None:
    try:
        client.delete_deployment(client.read_deployment_by_name(name).id)
    except ObjectNotFound:
        return
