"""Sending: each way is tried by itself, once more after what passes, and never for ever."""

import time
from collections.abc import Callable
from threading import Thread

from hervat.alerts.errors import AlertError
from hervat.alerts.mailed import mail
from hervat.alerts.piped import pipe
from hervat.alerts.posted import post
from hervat.alerts.wording import Message
from hervat.errors import HervatError, redacted
from hervat.settings import Alert

_WAIT_SECONDS = 2.0
_LATER = 1.0
"""So much later than a way's own time-out, which says better what was wrong."""
_OPERATIONS = 5
"""A time-out of mail is for each answer of the server: so many of them is as long as it may last."""


def ways(alert: Alert) -> dict[str, Callable[[Message], None]]:
    """Return the ways that are configured, by the name of their key."""
    found: dict[str, tuple[Callable[[Alert, Message], None], float]] = {}
    if alert.mail:
        found["mail"] = (mail, alert.mail.timeout_seconds * _OPERATIONS)
    if alert.url:
        found["url"] = (post, alert.timeout_seconds + _LATER)
    if alert.command:
        found["command"] = (pipe, alert.timeout_seconds + _LATER)
    return {
        name: lambda message, way=way, seconds=seconds: _within(seconds, lambda: way(alert, message))  # type: ignore[misc]
        for name, (way, seconds) in found.items()
    }


def send(alert: Alert, message: Message, say: Callable[[str], None]) -> list[str]:
    """Send a message all ways that are configured; return an error for each that it could not go."""
    errors = []
    for name, way in ways(alert).items():
        try:
            _tried(way, message)
            say(f"alert sent by {name}: {message.kind}")
        except Exception as error:  # noqa: BLE001 - one way that is shut does not shut the others
            errors.append(f"alert by {name}: {redacted(error)}")
    return errors


def _tried(way: Callable[[Message], None], message: Message) -> None:
    try:
        way(message)
    except HervatError as error:
        if not getattr(error, "passing", False):
            raise
        time.sleep(_WAIT_SECONDS)
        way(message)


def _within(seconds: float, call: Callable[[], None]) -> None:
    """Make a call in a thread that is left alone after so many seconds. Raises AlertError, or what the call raises."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - it is raised by the one who waits
            raised.append(error)

    thread = Thread(target=run, daemon=True, name="alert")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise AlertError(f"it did not come to an end within {seconds:g} seconds; see that it answers")
    if raised:
        raise raised[0]
