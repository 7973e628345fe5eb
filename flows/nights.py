"""Nights as flow runs: what nightly, rerun and the chosen steps share."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect import get_run_logger

from flows.artifacts import show
from flows.ending import ended
from flows.installed import chosen_municipalities, installation
from flows.runner import in_prefect
from flows.saying import say_in_run
from hervat.errors import redacted
from hervat.night import Night
from tasks.conduct import FAILED, Outcome, conduct
from tasks.night import NIGHT
from tasks.step import Step, chosen

PATIENCE = 300
"""Seconds that a run waits for its turn while another is at work for the same municipality."""


def run_nights(day: date | None, municipality: str, steps: Sequence[str], shadow: bool) -> Any:
    """Run a night for one municipality or all; return the state in which the run ends."""
    installed, wanted = installation(), chosen(NIGHT, steps)
    nights = [
        installed.night(one, day, shadow=shadow, origin="prefect", say=say_in_run())
        for one in chosen_municipalities(installed, municipality)
    ]
    outcomes = [_conducted(night, wanted) for night in nights]
    worst = max(outcome.exit_status for outcome in outcomes)
    return ended(worst, _told(nights, outcomes, "errors"), _told(nights, outcomes, "attention"))


def _conducted(night: Night, steps: list[Step]) -> Outcome:
    try:
        outcome = conduct(night, steps, in_prefect, patience=PATIENCE)
        show(night, outcome)
    except Exception as error:  # noqa: BLE001 - one municipality does not hold up the others
        get_run_logger().error(f"{night.code}: {redacted(error)}")
        return Outcome({}, FAILED, [redacted(error)])
    return outcome


def _told(nights: list[Night], outcomes: list[Outcome], which: str) -> list[str]:
    """Return all errors, or all that waits; where there are several municipalities, each line says whose it is."""
    pairs = [(night.code, text) for night, one in zip(nights, outcomes, strict=True) for text in getattr(one, which)]
    return [f"{code}: {text}" if len(nights) > 1 else text for code, text in pairs]
