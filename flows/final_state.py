"""The final state of a flow run: 0 is Completed, 1 is Completed under the name Waits, 3 is Failed."""

from collections.abc import Sequence
from typing import Any

from prefect.states import Completed, Failed

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
