"""The name of a run (never a person) and its log: lines at their own levels, a step's counts in one line."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prefect import get_run_logger
from prefect.runtime import deployment, flow_run

from hervat.today import today


def run_log() -> Callable[[str], None]:
    """Return a function that writes a line to the log of the current run: errors and warnings at their level."""
    logger = get_run_logger()
    levels = {"error": logger.error, "warning": logger.warning}

    def log(text: str) -> None:
        levels.get(text.partition(":")[0], logger.info)(text)

    return log


def figures(counts: Mapping[str, Any]) -> str:
    """Return the counts of a step as text, such as `files: fetched 2, known 1; rows: read 40`."""
    return "; ".join(_parts(counts)) or "nothing new"


def _parts(counts: Mapping[str, Any]) -> Iterator[str]:
    plain = {name: value for name, value in counts.items() if not isinstance(value, Mapping | list)}
    if plain:
        yield _flat(plain)
    for name, value in counts.items():
        for one in [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []:
            whose = f"{name} {one['system']}" if "system" in one else name
            yield f"{whose}: {_flat({key: n for key, n in one.items() if key != 'system'})}"


def _flat(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in counts.items() if not isinstance(value, Mapping | list))


def run_name(flow: str, parameter: str, otherwise: Callable[[], str]) -> Callable[[], str]:
    """Return a function that names a run: the flow and a parameter of it, or `otherwise` if that was left out."""
    return lambda: f"{flow}-{flow_run.parameters.get(parameter) or otherwise()}"


def run_name_of_today(flow: str) -> Callable[[], str]:
    """Return a function that names a run by its deployment, else its flow, and the day: `intake-2022-03-25`."""
    return lambda: f"{deployment.name or flow}-{today()}"
