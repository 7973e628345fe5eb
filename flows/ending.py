"""How a flow run ends: 0 and 1 are Completed (1 with a warning artifact), 3 is Failed."""

from typing import Any

from prefect.states import Completed, Failed

from tasks.conduct import FAILED, WAITS


def ended(exit_status: int, errors: list[str]) -> Any:
    """Return the Prefect state for an exit status; the message holds what may be said of the errors."""
    if exit_status == FAILED:
        return Failed(message="; ".join(errors)[:2000] or "something failed")
    return Completed(message="something waits for a person" if exit_status == WAITS else "done")
