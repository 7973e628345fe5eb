"""After a run: is there something to tell, and was it told?"""

from collections.abc import Callable, Iterable

from hervat.alerts.facts import FAILED, Finished
from hervat.alerts.sending import send
from hervat.alerts.wording import of_not_begun, of_run
from hervat.settings import Alert


def after_run(alert: Alert | None, runs: Iterable[Finished], say: Callable[[str], None]) -> list[str]:
    """Send one alert about the municipalities whose run failed or waits, where there are any; return what went wrong.

    Every night that waits is told of again: who hears nothing knows that all is well, or asks `status --max-age`.
    """
    told = [run for run in runs if run.exit_status]
    if alert is None or not any(("failed" if run.exit_status >= FAILED else "waits") in alert.on for run in told):
        return []
    return send(alert, of_run(told), say)


def not_begun(alert: Alert | None, code: str | None, shadow: bool, say: Callable[[str], None]) -> list[str]:
    """Send an alert about a run that ended before any night; code: of the one municipality that was asked for."""
    if alert is None or "failed" not in alert.on:
        return []
    return send(alert, of_not_begun(code, shadow), say)
