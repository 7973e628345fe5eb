"""A list of the fleet: the nights of some municipalities side by side on one machine, a task each."""

from functools import partial
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from hervat.alerts import alerting
from hervat.flows.artifacts import show
from hervat.flows.final_state import final_state, redact_errors
from hervat.flows.forms import TODAY, Day
from hervat.flows.installed import directory, installation
from hervat.flows.nightly import PATIENCE, texts_of
from hervat.flows.run_log import run_log, run_name
from hervat.tasks.alerts import tell_after
from hervat.tasks.installation import Installation
from hervat.tasks.nights import AskedNight, Ended
from hervat.tasks.processes import Processes, cores
from hervat.tasks.run import FAILED
from hervat.today import today

_SIDE_BY_SIDE = cores()


@flow(
    name="fleet-list",
    flow_run_name=run_name("fleet-list", "as_of", lambda: str(today())),
    persist_result=False,
    task_runner=ThreadPoolTaskRunner(max_workers=_SIDE_BY_SIDE),  # type: ignore[arg-type]
)
@redact_errors
def fleet_list(municipalities: list[str], as_of: Day = TODAY, shadow: bool = False) -> Any:
    """Run the nights of some municipalities, as many at once as there are cores. The fleet starts these runs.

    Args:
        municipalities: Codes of the municipalities whose nights they are.
        as_of: The day to act for; today by default.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the reports say what would be.
    """
    log, asked = run_log(), AskedNight(directory(), as_of, (), shadow, "prefect", PATIENCE)
    with alerting(asked.directory, None, shadow, by_hand=False, log=log):
        installed = installation(partly=True)
        installed.take_keys()
    with Processes(asked, min(_SIDE_BY_SIDE, len(municipalities))) as processes:
        nights = _Nights(installed, asked, processes)
        for waiting in [nights.begin(code) for code in municipalities]:
            waiting.wait()
    unsent = tell_after(installed.settings, installed.register, nights.ended, shadow, log)
    worst = max([FAILED] * len(unsent) + [night.outcome.exit_status for night in nights.ended])
    return final_state(worst, [*texts_of(nights.ended, "errors"), *unsent], texts_of(nights.ended, "attention"))


class _Nights:
    """The nights of a list, each a task run named for its municipality; how they ended, as they end."""

    def __init__(self, installed: Installation, asked: AskedNight, processes: Processes) -> None:
        self._installed, self._asked, self._processes = installed, asked, processes
        self.ended: list[Ended] = []

    def begin(self, code: str) -> Any:
        """Let a municipality's night wait for a free process; return what it ends in."""
        as_task = task(name="night", task_run_name=f"night-{code}", persist_result=False, cache_policy=NO_CACHE)
        return as_task(partial(self._one, code)).submit()

    def _one(self, code: str) -> Any:
        night = self._processes.conduct(code, run_log())
        self.ended.append(night)
        self._show(night)
        for error in night.outcome.errors:
            get_run_logger().error(error)
        return final_state(night.outcome.exit_status, night.outcome.errors, night.outcome.attention)

    def _show(self, ended: Ended) -> None:
        """Write the artifacts of a night that had a last look at everything."""
        municipality = self._installed.settings.municipality(ended.code)
        if municipality and ended.outcome.overview:
            night = self._installed.night(municipality, self._asked.day, shadow=self._asked.shadow)
            show(night, ended.outcome)
