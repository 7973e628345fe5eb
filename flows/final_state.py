"""The end of a flow run: 0 is Completed, 1 is Completed under the name Waits, 3 is Failed.

No foreign error text reaches Prefect, and our own errors are one line: Prefect keeps both for ever (rule 7).
"""

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from prefect import get_run_logger
from prefect.exceptions import FailedRun
from prefect.states import Completed, Failed

from hervat.acting import doing
from hervat.errors import redacted
from hervat.tasks.run import FAILED, WAITS

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
