"""What the doctor asks of the alerts; nothing is sent."""

import os

from hervat.alerts.piped import startable
from hervat.errors import HervatError
from hervat.notices.mail import reach
from hervat.settings import Alert


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
