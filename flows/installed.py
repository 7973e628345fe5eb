"""The installation that a flow works for: what the worker's own environment says, and nothing that a run was given.

Who may start a run could otherwise bring a configuration of his own, with other approvers and other systems.
"""

import os
from pathlib import Path

from hervat.errors import UsageError
from hervat.settings import Municipality
from tasks.installation import Installation

ALL = "all"


def directory() -> Path:
    """Return the configuration directory that HERVAT_CONFIG names. Raises UsageError where it names none."""
    given = os.environ.get("HERVAT_CONFIG")
    if not given:
        raise UsageError("the worker's environment has no HERVAT_CONFIG; set it to the configuration directory")
    return Path(given)


def installation() -> Installation:
    """Return the installation of this worker. Raises UsageError where its environment names none."""
    return Installation(directory())


def chosen_municipalities(installed: Installation, code: str) -> list[Municipality]:
    """Return the municipality of this code, or all. Raises UsageError when there is none."""
    return installed.municipalities(None if code in ("", ALL) else code)
