"""The installation that a flow works for, from the worker's own environment and never from a run's parameters.

Otherwise whoever may start a run could bring a configuration of their own, with other approvers and other systems.
"""

import os
from datetime import date
from pathlib import Path

from hervat.errors import UsageError
from hervat.flows.runs import run_log
from hervat.night import Night
from hervat.settings import Municipality
from hervat.tasks.installation import Installation

ALL = "all"


def directory() -> Path:
    """Return the configuration directory in HERVAT_CONFIG. Raises UsageError if it is not set."""
    given = os.environ.get("HERVAT_CONFIG")
    if not given:
        raise UsageError("the worker's environment has no HERVAT_CONFIG; set it to the configuration directory")
    return Path(given)


def installation(code: str = ALL, *, partly: bool = False) -> Installation:
    """Return the installation of this worker, for one municipality or all. Raises UsageError if it names none.

    partly: municipalities with a mistake stand in `settings.broken`.
    """
    return Installation(directory(), None if code in ("", ALL) else code, partly=partly)


def chosen_municipalities(installed: Installation, code: str) -> list[Municipality]:
    """Return the municipality of this code, or all. Raises UsageError when there is none."""
    return installed.municipalities(None if code in ("", ALL) else code)


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
