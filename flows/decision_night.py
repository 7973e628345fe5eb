"""The municipality that a decision form is about, as a night of today."""

from datetime import date

from hervat.errors import UsageError
from hervat.flows.installed import ALL, installation
from hervat.flows.run_log import run_log
from hervat.night import Night

PATIENCE = 120
"""Seconds that a decision waits for a run or another decision of the municipality."""


def decision_night(municipality: str, day: date | None = None) -> Night:
    """Return the night in which something is decided for a municipality; the only one may be left out.

    Raises UsageError if there is none of that code, or if there are several and none was chosen.
    """
    installed = installation(municipality)
    choices = installed.municipalities(None if municipality in ("", ALL) else municipality)
    if len(choices) > 1:
        raise UsageError(f"choose the municipality: there are {', '.join(one.code for one in choices)}")
    night = installed.night(choices[0], day, origin="prefect", log=run_log())
    night.patience = PATIENCE
    return night
