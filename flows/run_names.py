"""The names of flow runs: the flow and its day or quarter, never a person."""

from collections.abc import Callable

from prefect.runtime import deployment, flow_run

from hervat.today import today


def run_name(flow: str, parameter: str, otherwise: Callable[[], str]) -> Callable[[], str]:
    """Return a function that names a run: the flow and a parameter of it, or `otherwise` if that was left out."""
    return lambda: f"{flow}-{flow_run.parameters.get(parameter) or otherwise()}"


def run_name_of_today(flow: str) -> Callable[[], str]:
    """Return a function that names a run by its deployment, else its flow, and the day: `intake-2022-03-25`."""
    return lambda: f"{deployment.name or flow}-{today()}"
