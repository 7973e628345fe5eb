"""Nights as flow runs: shared by nightly and rerun."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect import get_run_logger

from flows.artifacts import show
from flows.final_state import final_state
from flows.installed import ALL, directory, installation
from flows.run_log import run_log
from flows.runner import in_prefect
from hervat.alerts import alerting
from hervat.errors import redacted
from hervat.night import Night
from hervat.register import Busy
from tasks.alerts import tell_after
from tasks.night import NIGHT
from tasks.run import FAILED, NightOutcome, run_night
from tasks.step import Step, chosen

PATIENCE = 300
"""Seconds that a run waits for its turn while another is at work for the same municipality."""


def run_nights(day: date | None, municipality: str, steps: Sequence[str], shadow: bool) -> Any:
    """Run a night for one municipality or all; return the state in which the run ends."""
    say, wanted_steps = run_log(), chosen(NIGHT, steps)
    code = None if municipality in ("", ALL) else municipality
    with alerting(directory(), code, shadow, by_hand=day is not None, say=say):
        installed = installation()
        nights = [
            installed.night(municipality, day, shadow=shadow, origin="prefect", say=say)
            for municipality in installed.municipalities(code)
        ]
        outcomes = [_run_one(night, wanted_steps) for night in nights]
    unsent = tell_after(installed.settings, nights, outcomes, say)
    worst = FAILED if unsent else max(outcome.exit_status for outcome in outcomes)
    return final_state(
        worst, [*_texts_of_all(nights, outcomes, "errors"), *unsent], _texts_of_all(nights, outcomes, "attention")
    )


def _run_one(night: Night, steps: list[Step]) -> NightOutcome:
    try:
        outcome = run_night(night, steps, in_prefect, patience=PATIENCE)
        show(night, outcome)
    except Exception as error:  # noqa: BLE001 - one municipality does not hold up the others
        get_run_logger().error(f"{night.code}: {redacted(error)}")
        return NightOutcome({}, FAILED, [redacted(error)], busy=isinstance(error, Busy))
    return outcome


def _texts_of_all(nights: list[Night], outcomes: list[NightOutcome], which: str) -> list[str]:
    """Return all errors, or all that waits; if there are several municipalities, each line names its own."""
    pairs = [
        (night.code, text) for night, outcome in zip(nights, outcomes, strict=True) for text in getattr(outcome, which)
    ]
    return [f"{code}: {text}" if len(nights) > 1 else text for code, text in pairs]
