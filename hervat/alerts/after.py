"""Alerts after a night, and their check for `hervat doctor`."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hervat.alerts.facts import Finished
from hervat.alerts.piped import startable
from hervat.alerts.sending import send
from hervat.alerts.wording import of_not_begun, of_run
from hervat.errors import HervatError, UsageError
from hervat.notices.mail import reach
from hervat.register import Busy
from hervat.settings import Alert, read_alert


def check(alert: Alert | None) -> tuple[list[str], list[str]]:
    """Return what would keep an alert from going, and what is unwise."""
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
        failing.append("command: the program is not there or may not be executed; mend its path or rights")
    return failing, [] if "failed" in alert.on else ["of a failed night nobody is told: add `failed` to `on`"]


Say = Callable[[str], None]


def after_run(alert: Alert | None, runs: Iterable[Finished], say: Say) -> list[str]:
    """Send one alert about the municipalities whose run failed or waits, where there are any; return what went wrong.

    Every night that waits is told of again: who hears nothing knows that all is well, or asks `status --max-age`.
    """
    to_tell = [run for run in runs if run.kind]
    if alert is None or not any(run.kind in alert.on for run in to_tell):
        return []
    return send(alert, of_run(to_tell), say)


@contextmanager
def alerting(directory: Path, code: str | None, shadow: bool, *, by_hand: bool, say: Say) -> Iterator[None]:
    """Send an alert when a run ends here with an error, before its nights or out of them; the error goes on.

    What went wrong with the alert is the error's `also`. Nothing is sent where another run is at work: that one tells.
    by_hand: somebody asked for this one day, and sees what is wrong with the call. code: of the one municipality that
    was asked for.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, Busy) and not (by_hand and isinstance(error, UsageError)):
            error.also = _not_begun(directory, code, shadow, say)  # type: ignore[attr-defined]
        raise


def _not_begun(directory: Path, code: str | None, shadow: bool, say: Say) -> list[str]:
    try:
        alert = read_alert(directory)
    except HervatError:  # its mistakes are among those of the whole configuration, which are said
        return []
    if alert is None or "failed" not in alert.on:
        return []
    return send(alert, of_not_begun(code if code and re.fullmatch(r"[0-9]{4}", code) else None, shadow), say)
