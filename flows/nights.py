"""Nights as flow runs: shared by nightly and rerun."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prefect import get_run_logger

from hervat.alerts import alerting
from hervat.flows.artifacts import show
from hervat.flows.final_state import final_state
from hervat.flows.installed import ALL, directory, installation
from hervat.flows.run_log import run_log
from hervat.flows.runner import in_prefect
from hervat.tasks.alerts import tell_after
from hervat.tasks.nights import AskedNight, Ended, broken, conduct, raise_if_none_began
from hervat.tasks.run import FAILED

PATIENCE = 300
"""Seconds that a run waits for its turn while another is at work for the same municipality."""


def run_nights(day: date | None, municipality: str, steps: Sequence[str], shadow: bool) -> Any:
    """Run a night for one municipality or all; return the state in which the run ends."""
    log, where = run_log(), directory()
    code = None if municipality in ("", ALL) else municipality
    asked = AskedNight(where, day, tuple(steps), shadow, "prefect", PATIENCE)
    with alerting(where, code, shadow, by_hand=day is not None, log=log):
        installed = installation(municipality, partly=True)
        nights = [conduct(installed, one, asked, log, in_prefect, show) for one in installed.municipalities(code)]
        nights += broken(installed.settings, asked)
        raise_if_none_began(nights)
    for night in nights:
        if not night.outcome.account:
            get_run_logger().error("; ".join(night.outcome.errors))
    unsent = tell_after(installed.settings, installed.register, nights, shadow, log)
    worst = FAILED if unsent else max(night.outcome.exit_status for night in nights)
    return final_state(worst, [*texts_of(nights, "errors"), *unsent], texts_of(nights, "attention"))


def texts_of(nights: Sequence[Ended], which: str) -> list[str]:
    """Return all errors, or all that waits; if there are several municipalities, each line names its own."""
    pairs = [(night.code, text) for night in nights for text in getattr(night.outcome, which)]
    return [f"{code}: {text}" if len(nights) > 1 and not text.startswith(code) else text for code, text in pairs]
