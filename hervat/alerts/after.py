"""Alerts after a night, and their check for `hervat doctor`."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hervat.alerts.facts import Finished
from hervat.alerts.sending import send, startable
from hervat.alerts.wording import of_not_begun, of_run
from hervat.errors import HervatError, UsageError
from hervat.notices.mail import reach
from hervat.register import Busy
from hervat.settings import Alert, read_alert


def check(alert: Alert | None) -> tuple[list[str], list[str]]:
    """Return the errors that would keep an alert from being sent, and the unwise settings."""
    if alert is None:
        return [], ["nobody is told when a night fails, waits or does not run: add `alert` to hervat.yaml"]
    failing = []
    if alert.mail:
        try:
            reach(alert.mail)
        except HervatError as error:
            failing.append(f"mail: {error}")
    if alert.token_env and not os.environ.get(alert.token_env):
        failing.append(f"url: the environment variable {alert.token_env} (token_env) is empty")
    if not startable(alert):
        failing.append("command: the program does not exist or may not be executed; correct its path or permissions")
    return failing, [] if "failed" in alert.on else ["nobody is alerted of a failed night: add `failed` to `on`"]


Log = Callable[[str], None]


def after_run(alert: Alert | None, runs: Iterable[Finished], log: Log) -> list[str]:
    """Send one alert about all municipalities whose run failed or waits; return the errors of sending.

    A night that waits is alerted every time: no alert means that all is well, or ask `status --max-age`.
    """
    reported = [run for run in runs if run.kind]
    if alert is None or not any(run.kind in alert.on for run in reported):
        return []
    return send(alert, of_run(reported), log)


@contextmanager
def alerting(directory: Path, code: str | None, shadow: bool, *, by_hand: bool, log: Log) -> Iterator[None]:
    """Send an alert if the block raises, before or outside the nights; the exception is raised again.

    Errors of the alert are put in `also` of the exception. Nothing is sent if another run is active: that one alerts.
    by_hand: a person asked for this one day, and sees a wrong call. code: of the one municipality that was asked for.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, Busy) and not (by_hand and isinstance(error, UsageError)):
            error.also = _not_begun(directory, code, shadow, log)  # type: ignore[attr-defined]
        raise


def _not_begun(directory: Path, code: str | None, shadow: bool, log: Log) -> list[str]:
    try:
        alert = read_alert(directory)
    except HervatError:  # its errors are among those of the whole configuration
        return []
    if alert is None or "failed" not in alert.on:
        return []
    return send(alert, of_not_begun(code if code and re.fullmatch(r"[0-9]{4}", code) else None, shadow), log)
