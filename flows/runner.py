"""The second runner of a night: each step is a Prefect task of that name; nothing of it is persisted or cached."""

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from hervat.errors import HervatError, redacted
from hervat.night import Counts, Night
from tasks.step import Step


class StepFailed(HervatError):
    """A step failed; the text holds what may be said of it, for it ends in Prefect's database."""


def in_prefect(step: Step, night: Night) -> Counts:
    """Run a step as a Prefect task, with the step's own retries and time-out. It takes no arguments: none are kept."""

    @task(
        name=step.name,
        task_run_name=f"{step.name}-{night.code}",
        retries=step.retries,
        retry_delay_seconds=5,
        timeout_seconds=step.timeout,
        persist_result=False,
        cache_policy=NO_CACHE,
    )
    def perform() -> Counts:
        night.say = get_run_logger().info
        try:
            return step.run(night)
        except Exception as error:  # noqa: BLE001 - a stranger's text may hold a value
            raise StepFailed(f"{step.name}: {redacted(error)}") from None

    return perform()
