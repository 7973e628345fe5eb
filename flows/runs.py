"""A flow run: its name (never a person), its log (lines at their own levels, counts in one line), and its end.

0 is Completed, 1 is Completed under the name Waits, 3 is Failed. No foreign error text reaches Prefect, and our own
errors are one line: Prefect keeps both for ever (rule 7).
"""

import functools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ParamSpec

from prefect import get_run_logger
from prefect.exceptions import FailedRun
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Failed

from hervat.acting import doing
from hervat.errors import redacted
from hervat.tasks.run import FAILED, WAITS
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


_LONGEST = 2000


def final_state(exit_status: int, errors: Sequence[str], waits: Sequence[str] = ()) -> Any:
    """Return the Prefect state for an exit status; its message is what failed, or what waits for a person."""
    if exit_status == FAILED:
        return Failed(message=_joined(errors) or "something failed")
    if exit_status == WAITS:
        return Completed(name="Waits", message=_joined(waits) or "something waits for a person")
    return Completed(message="done")


def refused_state(text: str) -> Any:
    """Return the state of a run with an invalid request: one clear line, without a traceback."""
    return Failed(message=text[:_LONGEST])


def _joined(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(texts))[:_LONGEST]


P = ParamSpec("P")


def _not_told_yet(record: logging.LogRecord) -> bool:
    """Drop only the traceback with which Prefect repeats that a run of ours ended as Failed."""
    return not (record.exc_info and isinstance(record.exc_info[1], FailedRun))


logging.getLogger("prefect.flow_runs").addFilter(_not_told_yet)


def redact_errors(run: Callable[P, Any]) -> Callable[P, Any]:
    """Make a flow's function end as Failed with a safe text, whatever goes wrong in it.

    In the journal the command is `flow` and its name.
    """
    name = run.__name__.replace("_", "-")

    @functools.wraps(run)
    def safely(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            with doing(f"flow {name}"):
                return run(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a foreign text may hold a value
            message = "; ".join([redacted(error), *getattr(error, "also", [])])
            get_run_logger().error(message)
            return refused_state(message)

    return safely
