"""The night as a flow: also the entry point of intake, cleaning, notices and rerun, with chosen steps or a day."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger

from flows.artifacts import show
from flows.ending import ended
from flows.naming import named
from flows.redacting import redacting
from flows.runner import in_prefect
from hervat.errors import UsageError, redacted
from hervat.today import today
from tasks.compose import Installation
from tasks.conduct import FAILED, Outcome, conduct
from tasks.night import NIGHT
from tasks.step import chosen


def directory(config: str | None) -> Path:
    """Return the configuration directory: the parameter, else HERVAT_CONFIG, else here."""
    return Path(config or os.environ.get("HERVAT_CONFIG", "."))


def a_day(text: str | None) -> date | None:
    """Return the day of a parameter. Raises UsageError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("as_of is a day, written as YYYY-MM-DD") from None


@flow(name="nightly", flow_run_name=named("nightly", "as_of", lambda: str(today())), persist_result=False)
@redacting
def nightly(
    config: str | None = None,
    municipality: str | None = None,
    as_of: str | None = None,
    steps: list[str] | None = None,
    shadow: bool = False,
) -> Any:
    """Run a night for one municipality or all. Completed (with a warning when something waits), or Failed."""
    installation = Installation(directory(config))
    outcomes = []
    for one in installation.municipalities(municipality):
        night = installation.night(one, a_day(as_of), shadow=shadow, origin="prefect", say=get_run_logger().info)
        try:
            outcome = conduct(night, chosen(NIGHT, steps or []), in_prefect)
            show(night, outcome)
        except Exception as error:  # noqa: BLE001 - one municipality does not hold up the others
            outcome = Outcome({}, FAILED, [f"{one.code}: {redacted(error)}"])
        outcomes.append(outcome)
    return ended(max(o.exit_status for o in outcomes), [text for o in outcomes for text in o.errors])
