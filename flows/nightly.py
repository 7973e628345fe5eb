"""The night as flows, tonight's (with chosen steps: intake, cleaning and notices) or that of a given day.

Each step is a Prefect task of that name; nothing of it is persisted or cached.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from hervat.alerts import alerting
from hervat.errors import HervatError, redacted
from hervat.flows.artifacts import show
from hervat.flows.forms import ALL_STEPS, StepName
from hervat.flows.installed import ALL, directory, installation
from hervat.flows.runs import figures, final_state, redact_errors, run_log, run_name, run_name_of_today
from hervat.night import Counts, Night
from hervat.tasks.alerts import tell_after
from hervat.tasks.nights import AskedNight, Ended, broken, conduct, raise_if_none_began
from hervat.tasks.run import FAILED
from hervat.tasks.step import Step


class StepFailed(HervatError):
    """A step failed; the text is safe, for it ends in Prefect's database."""


class _Attempts:
    """One step of a night with its retries: the counts, and why it stopped."""

    def __init__(self, step: Step, night: Night) -> None:
        self.step, self.night, self.counts = step, night, Counts()
        self.left, self.stopped, self.again = step.retries, "", False

    def perform(self) -> Any:
        """Run the step once. Failed if it stopped, and if a source, system or party in it failed."""
        self.night.log, before = run_log(), len(self.night.errors)
        self.again, self.stopped = False, ""
        try:
            self.counts = self.step.run(self.night)
        except TimeoutError:
            return self._stop(f"it took longer than {self.step.timeout} seconds")
        except Exception as error:  # noqa: BLE001 - a foreign text may hold a value
            return self._stop(redacted(error))
        if len(self.night.errors) > before:
            return Failed(message="; ".join(self.night.errors[before:])[:2000])
        if self.counts:
            get_run_logger().info(f"{self.step.name}: {figures(self.counts)}")
        return Completed()

    def _stop(self, why: str) -> Any:
        self.stopped, self.again, self.left = why, self.left > 0, self.left - 1
        get_run_logger().error(f"{self.step.name} stopped: {why}" + (" (it is tried again)" if self.again else ""))
        return Failed(message=why[:2000])


def in_prefect(step: Step, night: Night) -> Counts:
    """Run a step as a Prefect task, with the step's own retries and time-out. It takes no arguments: none are kept.

    Raises StepFailed when the step stopped. One in which a part failed returns its counts, and is not green.
    """
    attempts = _Attempts(step, night)
    _as_task(step, night.code, attempts)(attempts.perform)(return_state=True)
    if attempts.stopped:
        raise StepFailed(attempts.stopped)
    return attempts.counts


def _as_task(step: Step, code: str, attempts: _Attempts) -> Callable[[Callable[[], Any]], Any]:
    return task(
        name=step.name,
        task_run_name=f"{step.name}-{code}",
        retries=step.retries + 1,  # whether it is tried again is said below; Prefect's own last word has a traceback
        retry_condition_fn=lambda *_: attempts.again,
        retry_delay_seconds=5,
        timeout_seconds=step.timeout,
        persist_result=False,
        cache_policy=NO_CACHE,
    )


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


@flow(name="nightly", flow_run_name=run_name_of_today("nightly"), persist_result=False)
@redact_errors
def nightly(municipality: str = ALL, steps: list[StepName] = ALL_STEPS, shadow: bool = False) -> Any:
    """Run tonight's night, now: fetch, validate, load, settle, capture, notify, clean and report.

    Completed when all is done, Completed under the name Waits when a person must do something, else Failed.

    Args:
        municipality: Code of the municipality whose night it is; all of them by default.
        steps: Only these steps, and those that they need. Empty is the whole night.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the report says what would be.
    """
    return run_nights(None, municipality, steps, shadow)


@flow(name="rerun", flow_run_name=run_name("rerun", "as_of", lambda: "?"), persist_result=False)
@redact_errors
def rerun(as_of: date, municipality: str = ALL, steps: list[StepName] = ALL_STEPS, shadow: bool = False) -> Any:
    """Run the night of a given day: not before the last settled one, and not after today.

    A shadow night may look at a day to come: it shows what would be done then, and changes nothing.

    Args:
        as_of: The day for which the persons are settled.
        municipality: Code of the municipality whose night it is; all of them by default.
        steps: Only these steps, and those that they need. Empty is the whole night.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the report says what would be.
    """
    return run_nights(as_of, municipality, steps, shadow)
